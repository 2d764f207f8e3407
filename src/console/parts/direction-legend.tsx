import { DIRECTION_KINDS, type DirectionKind, directionWord } from '../model/directions.ts';

/** What the symbols mean that are shown. */
export function DirectionLegend({ kinds }: { readonly kinds: ReadonlySet<DirectionKind> }) {
  return (
    <ul class="legend" aria-label="Symbols">
      {DIRECTION_KINDS.filter((kind) => kinds.has(kind)).map((kind) => {
        const { word, symbol, tone } = directionWord(kind);
        return (
          <li key={kind} data-tone={tone} data-kind={kind}>
            <span class="symbol" aria-hidden="true">
              {symbol}
            </span>{' '}
            {word}
          </li>
        );
      })}
    </ul>
  );
}
