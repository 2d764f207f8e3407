import type { Tone } from '../model/words.ts';

/** Paths of 16 × 16, drawn with a line of 1.6. */
const PATHS = {
  check: 'M3.5 8.5l3 3 6-7',
  cross: 'M4 4l8 8M12 4l-8 8',
  warning: 'M8 2.5L14.5 13.5h-13zM8 6.8v3M8 11.9v.1',
  info: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4zM8 7.4v3.8M8 4.9v.1',
  minus: 'M3.5 8h9',
  clock: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4zM8 4.6V8l2.4 1.6',
  unplugged: 'M2 14l3-3m6-6l3-3M5.5 7.5l3 3-1.2 1.2a2 2 0 0 1-3-3zM10.5 8.5l-3-3 1.2-1.2a2 2 0 0 1 3 3z',
  unread: 'M2 2l12 12M3.2 5.2C2.2 6.2 1.5 8 1.5 8S4 12.5 8 12.5c1 0 1.9-.3 2.7-.7M6.4 3.7c5-1.2 8.1 4.3 8.1 4.3',
  key: 'M5.2 13.2a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM7.2 8.5L13 2.7M10.6 5.2l2 2',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.7 10.7L14 14',
  overview: 'M2 9.5h3l1.8-5 2.6 8 1.6-3h3',
  nodes: 'M2.5 2.5h11v4h-11zM2.5 9.5h11v4h-11zM5 4.5v.1M5 11.5v.1',
  matrix: 'M2.5 2.5h11v11h-11zM2.5 6.2h11M2.5 9.8h11M6.2 2.5v11M9.8 2.5v11',
  map: 'M3 4a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0-3.6 0M10 12a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0-3.6 0M6.1 5.3l4.4 5.4',
  timeline: 'M2.5 8h11M5 5.5v5M8 3.5v4.5M11 8v4.5',
  changes: 'M8 3v10M3 8h10',
  light:
    'M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1',
  dark: 'M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1z',
  system: 'M2 3h12v8.2H2zM5.5 13.8h5',
  up: 'M8 12.5v-9M4.5 7L8 3.5 11.5 7',
  down: 'M8 3.5v9M4.5 9L8 12.5 11.5 9',
  out: 'M6.5 2.5h-4v11h4M6.5 8h7.5M11 5l3 3-3 3',
} as const;

export type IconName = keyof typeof PATHS;

/** An icon that says nothing by itself: words stand beside it. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

const OF_TONE: ReadonlyMap<Tone, IconName> = new Map([
  ['ok', 'check'],
  ['info', 'info'],
  ['warn', 'warning'],
  ['bad', 'cross'],
  ['off', 'minus'],
]);

export function ToneIcon({ tone }: { readonly tone: Tone }) {
  return <Icon name={OF_TONE.get(tone) ?? 'info'} />;
}

/** The same within a picture, around a place of 16 × 16. */
export function TonePath({ tone }: { readonly tone: Tone }) {
  return <path d={PATHS[OF_TONE.get(tone) ?? 'info']} />;
}
