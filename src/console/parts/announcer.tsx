import { effect } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { plain } from '../model/sentence.ts';
import type { Trust } from '../model/trust.ts';
import { useApp } from './app-context.ts';

/** Milliseconds for which things must stay as they are before they are read out, so that a reader is not flooded. */
const SETTLE_MS = 1000;

const WORDS: ReadonlyMap<Trust['kind'], string> = new Map([
  ['stale', 'The next look at Harper is overdue.'],
  ['lost', 'The gateway cannot read Harper.'],
  ['untold', 'The gateway has not told how the cluster is.'],
  ['cut', 'Cut off from the gateway.'],
  ['expired', 'The login is no longer accepted.'],
]);

/** Reads out how the cluster is whenever that has become something else. */
export function Announcer() {
  const { cluster } = useApp();
  const [text, setText] = useState('');
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = effect(() => {
      const summary = cluster.summary.value;
      const trouble = WORDS.get(cluster.trust.value.kind);
      const next = trouble ?? (summary ? `${summary.word}. ${plain(summary.text)}` : '');
      clearTimeout(timer);
      timer = setTimeout(() => setText(next), SETTLE_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [cluster]);
  return (
    <p class="hidden" role="status">
      {text}
    </p>
  );
}
