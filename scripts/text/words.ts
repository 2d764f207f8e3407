/** A word that the project does not use, and what it says instead. */
export interface Word {
  /**
   * Source of a regular expression without regard to case; of its alternatives the longer ones come first. A blank
   * also matches a line end, a hyphen or nothing.
   */
  readonly find: string;
  readonly use: string;
  /**
   * `name`: found in code, as a whole string or between backticks, and not in a sentence.
   * `type`: found as a part of a type's name. Left out: found everywhere.
   */
  readonly only?: 'name' | 'type';
}

/** Metaphors and words of several meanings. Parts of identifiers count: `flight` is found in `SharedFlight`. */
export const WORDS: readonly Word[] = [
  { find: 'flights?', use: 'single-flight or call' },
  { find: 'passengers?', use: 'waiter' },
  { find: 'bookings?', use: 'pending call' },
  { find: 'boarding', use: 'pending' },
  { find: 'aloft', use: 'in flight' },
  { find: 'land(?:s|ed|ing)?', use: 'resolve or reject' },
  { find: 'cohorts?', use: 'batch' },
  { find: 'rosters?', use: 'keyed pool' },
  { find: 'tally|tallies|tallied', use: 'counter' },
  { find: 'entrants?', use: 'waiter or permit' },
  { find: 'seats?|seated', use: 'permit' },
  { find: 'short ways?', use: 'fast path' },
  { find: 'gates?', use: 'semaphore' },
  { find: 'slack', use: 'threshold or tolerance' },
  { find: '(?:un)?proven|proving|proofs?', use: 'accepted or checked' },
  { find: 'lean', use: 'fast path' },
  { find: '(?:stock |own )?roads?', use: 'default path or path' },
  { find: 'wakers?', use: 'listener' },
  { find: 'outlets?', use: 'writer' },
  { find: 'judg(?:e?ments?|ing|es|ed|e)', use: 'verify or check' },
  { find: 'verdicts?', use: 'result' },
  { find: 'g(?:ive|ives|ave|iven|iving)up', use: 'onTimeout' },
  { find: 'patien(?:ce|t)', use: 'timeoutMs' },
  { find: 'takeback', use: 'release or cancel' },
  { find: 'strangers?', use: 'anonymous' },
  { find: "is nobody(?!['’]s)", use: 'is anonymous' },
  { find: 'nobodys?', use: 'anonymous', only: 'name' },
  { find: 'facts', use: 'info' },
  { find: 'tools', use: 'dependencies', only: 'type' },
  { find: 'bounds', use: 'limits' },
  { find: 'readings?', use: 'result or answer', only: 'name' },
  { find: 'leave', use: 'release, stop or exit', only: 'name' },
  { find: 'outcomes?', use: 'result', only: 'type' },
  { find: 'outcomes? (?:of|words?|hints?|fields?)', use: 'result', only: 'name' },
  { find: 'late', use: 'delayed, timed out or next', only: 'name' },
];

/** Phrases in which such a word is the field's own term, or a library's (`landingPage` of graphql-yoga). */
export const EXCEPTIONS: readonly string[] = [
  'in flight',
  'single flights?',
  'pre flights?',
  'landing pages?',
  'future proof',
  'seen late',
  'is late',
];

/** `LEAN_PATH` is the name that a setting had in a release. These files need it to tell the new one. */
const FORMER_SETTING = ['lean path'];

/** What the visitors of graphql-js call the way back. */
const VISITOR = ['leave'];

/** `outcome` of a mutation that was kept, as a heading. */
const FIELD_OF_THE_SCHEMA = ['outcome'];

/** Such phrases of single files, by path. */
export const EXCEPTIONS_OF_FILES: ReadonlyMap<string, readonly string[]> = new Map([
  ['src/config/unknown-settings.ts', FORMER_SETTING],
  ['test/config/arguments.test.ts', FORMER_SETTING],
  ['test/config/unknown-settings.test.ts', FORMER_SETTING],
  ['src/graphql/document-limits.ts', VISITOR],
  ['test/differential/shrink.ts', VISITOR],
  ['src/console/parts/mutation-list.tsx', FIELD_OF_THE_SCHEMA],
  ['src/console/parts/wanted-table.tsx', ['leave out']],
]);
