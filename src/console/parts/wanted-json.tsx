import { useId, useRef, useState } from 'preact/hooks';
import type { Fields } from '../model/peer-fields.ts';
import { parseWanted } from '../model/wanted-json.ts';

/** Takes the wanted set as JSON, and puts it into the table. */
export function WantedJson({ onRead }: { readonly onRead: (rows: readonly Fields[]) => void }) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const [fault, setFault] = useState<string | undefined>(undefined);

  function take(): void {
    if (area.current === null) return;
    const read = parseWanted(area.current.value);
    if (typeof read === 'string') {
      setFault(read);
      area.current.focus();
      return;
    }
    setFault(undefined);
    // It may hold logins.
    area.current.value = '';
    onRead(read);
  }

  return (
    <details class="more">
      <summary>Paste the set as JSON</summary>
      <div class="field">
        <label for={id}>Wanted set</label>
        <textarea
          id={id}
          ref={area}
          rows={6}
          spellcheck={false}
          autocomplete="off"
          placeholder='[{ "hostname": "node-2" }, { "hostname": "node-3", "shard": 1 }]'
          aria-describedby={fault === undefined ? `${id}-hint` : `${id}-fault ${id}-hint`}
          {...(fault !== undefined && { 'aria-invalid': true as const })}
        />
        {fault !== undefined && (
          <p class="fault" id={`${id}-fault`} role="alert">
            {fault}
          </p>
        )}
        <p class="hint" id={`${id}-hint`}>
          The connections of configureCluster. It takes the place of all rows above.
        </p>
      </div>
      <div class="actions">
        <button type="button" onClick={take}>
          Put it into the table
        </button>
      </div>
    </details>
  );
}
