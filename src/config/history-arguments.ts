import type { ParseArgsConfig, parseArgs } from 'node:util';

/** What `harper-gateway history` is to show. */
export interface HistoryRequest {
  /** Path of the history; that of HISTORY_FILE when left out. */
  readonly file?: string | undefined;
  /** In milliseconds since 1970. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly nodes?: readonly string[] | undefined;
  readonly databases?: readonly string[] | undefined;
  readonly kinds?: readonly string[] | undefined;
  /** Whether the mutations that were asked for are shown, and not what has become of the cluster. */
  readonly isMutations: boolean;
  /** Only mutations of these callers. */
  readonly users?: readonly string[] | undefined;
  readonly isJson: boolean;
  readonly isFollowed: boolean;
}

const MANY = { type: 'string', multiple: true } as const;
const TEXT = { type: 'string' } as const;

/** The flags of the command. */
export const HISTORY_OPTIONS = {
  file: TEXT,
  since: TEXT,
  until: TEXT,
  node: MANY,
  database: MANY,
  kind: MANY,
  mutations: { type: 'boolean' },
  user: MANY,
  json: { type: 'boolean' },
  follow: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsConfig['options'];

/** The same as they were given. */
type HistoryValues = ReturnType<typeof parseArgs<{ options: typeof HISTORY_OPTIONS }>>['values'];

/** Milliseconds of the units in which a time may be given. */
const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads the flags of the command.
 * @param now milliseconds since 1970, from which times such as 1h count back
 * @throws RangeError for a time that is none, and for flags that do not go together
 */
export function toHistoryRequest(values: HistoryValues, now: number): HistoryRequest {
  const { file, since, until, node, database, kind, user, json = false, follow = false } = values;
  const isMutations = values.mutations === true;
  if (isMutations && (database ?? kind) !== undefined)
    throw new RangeError('--database and --kind are of changes: leave them out beside --mutations.');
  if (!isMutations && user !== undefined) throw new RangeError('--user is of mutations: give --mutations as well.');
  return {
    file,
    since: since === undefined ? undefined : timeOf('--since', since, now),
    until: until === undefined ? undefined : timeOf('--until', until, now),
    nodes: node,
    databases: database,
    kinds: kind?.map((each) => each.toUpperCase()),
    isMutations,
    users: user,
    isJson: json,
    isFollowed: follow,
  };
}

function timeOf(flag: string, text: string, now: number): number {
  const [, count, unit = ''] = text.match(/^(\d{1,6})([smhd])$/) ?? [];
  const time = count === undefined ? Date.parse(text) : now - Number(count) * (UNITS[unit] ?? 0);
  if (Number.isNaN(time)) throw new RangeError(`${flag} is neither a time such as 90m, 1h or 7d, nor a date.`);
  return time;
}
