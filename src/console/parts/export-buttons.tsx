import { useState } from 'preact/hooks';
import { count, integer } from '../format.ts';
import { fileName, toCsv, toJson } from '../model/export.ts';
import { MOST_EXPORTED, type TimelineStore } from '../state/timeline.ts';
import { useApp } from './app-context.ts';
import { download } from './download.ts';
import { Icon } from './icon.tsx';

const FORMATS = [
  { name: 'CSV', extension: 'csv', type: 'text/csv;charset=utf-8', write: toCsv },
  { name: 'JSON', extension: 'json', type: 'application/json', write: toJson },
] as const;

/** Saves everything that is filtered, also what has not been loaded yet. */
export function ExportButtons({ store }: { readonly store: TimelineStore }) {
  const { clock } = useApp();
  const [status, setStatus] = useState('');
  const [isBusy, setBusy] = useState(false);
  const save = async ({ extension, type, write }: (typeof FORMATS)[number]) => {
    setBusy(true);
    const all = await store.loadAll((loaded) => setStatus(`${integer(loaded)} loaded …`));
    setBusy(false);
    if (all === undefined) setStatus('The history could not be read, so nothing was saved.');
    else {
      download(fileName(clock.time(), extension), type, write(all));
      const isCut = all.length >= MOST_EXPORTED;
      setStatus(`${count(all.length, 'change')} saved${isCut ? ', and there are older ones' : ''}.`);
    }
  };
  return (
    <div class="export">
      <span class="muted small" role="status">
        {status}
      </span>
      {FORMATS.map((format) => (
        <button
          key={format.name}
          type="button"
          disabled={isBusy}
          onClick={() => {
            save(format).catch((error: unknown) => reportError(error));
          }}
        >
          <Icon name="down" />
          {format.name}
        </button>
      ))}
    </div>
  );
}
