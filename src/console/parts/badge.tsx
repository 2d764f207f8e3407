import type { StateWord } from '../model/words.ts';
import { ToneIcon } from './icon.tsx';

/** A state as a word with an icon and a colour. */
export function Badge({ state }: { readonly state: StateWord }) {
  return (
    <span class="badge" data-tone={state.tone}>
      <ToneIcon tone={state.tone} />
      {state.word}
    </span>
  );
}
