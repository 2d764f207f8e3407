import fc from 'fast-check';
import { encodeMutation, type MutationRecord } from '../../src/live/changelog/audit/mutation-record.ts';
import type { MutationQuery, MutationStore } from '../../src/live/changelog/audit/mutation-store.ts';
import type { SqliteFile } from '../../src/live/changelog/sqlite/sqlite-file.ts';

/** The record of a mutation that began so many seconds after 1970, and has not ended. */
export function begun(number: number, about: Partial<MutationRecord> = {}): MutationRecord {
  return {
    id: `id-${number}`,
    changeId: `id-${number}`,
    requestId: `request-${number}`,
    user: 'ada',
    mutation: 'removeNode',
    targets: ['node-2'],
    begunAt: new Date(number * 1000),
    ...{ endedAt: null, outcome: null, outcomeUnknown: false, reason: null, warnings: [], steps: [], durationMs: null },
    gateway: 'here',
    ...about,
  };
}

/** The same when it has ended. */
export function ended(number: number, about: Partial<MutationRecord> = {}): MutationRecord {
  const record = begun(number, about);
  return { ...record, outcome: 'DONE', endedAt: new Date(record.begunAt.getTime() + 5), durationMs: 5, ...about };
}

export const numbersOf = (records: readonly MutationRecord[] | undefined) =>
  records?.map(({ id }) => Number(id.slice('id-'.length)));
export const stored = (...records: MutationRecord[]) => records.map(encodeMutation);

/** The records of a file on the thread of the test. */
export function mutationsOf(file: SqliteFile): MutationStore {
  return {
    put: async (records) => file.putMutations(records),
    find: async (query, newer) => file.findMutations(query, newer),
    async trim(retention) {
      while (file.trim(retention));
    },
  };
}

const some = <T>(from: fc.Arbitrary<T>) => fc.option(fc.uniqueArray(from, { maxLength: 2 }), { nil: undefined });
const nodes = fc.constantFrom('node-1', "n'2", '["x"]');
const users = fc.constantFrom('ada', 'b"ob', '%');
const mutations = fc.constantFrom('addNode', 'removeNode');
const outcomes = fc.constantFrom('DONE', 'PARTIAL', 'FORBIDDEN');
const time = fc.integer({ min: 0, max: 25 });
const place = fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined });

/** What records may be like. */
export const anyRecord = fc.record({
  user: fc.option(users),
  mutation: mutations,
  targets: fc.uniqueArray(nodes, { maxLength: 2 }),
  begunAt: time.map((seconds) => new Date(seconds * 1000)),
  outcome: fc.option(outcomes),
});

const times = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds * 1000);
const idOf = (number: number | undefined) => (number === undefined ? undefined : `id-${number}`);

/** What may be asked, with cursors that may not be there. */
export const anyQuery: fc.Arbitrary<MutationQuery> = fc
  .record({
    ...{ after: place, before: place, nodes: some(nodes), users: some(users), mutations: some(mutations) },
    ...{ since: fc.option(time, { nil: undefined }), until: fc.option(time, { nil: undefined }) },
    outcomes: some(outcomes),
    hasEnded: fc.option(fc.boolean(), { nil: undefined }),
    limit: fc.integer({ min: 0, max: 12 }),
    from: fc.constantFrom('start' as const, 'end' as const),
  })
  .map(({ after, before, since, until, ...rest }) => ({
    ...rest,
    ...{ since: times(since), until: times(until), after: idOf(after), before: idOf(before) },
  }));

/** What a look at every record finds; undefined where a cursor is not there. */
export function lookAtAll(all: readonly MutationRecord[], query: MutationQuery): readonly MutationRecord[] | undefined {
  const { after, before, since = 0, until = Number.POSITIVE_INFINITY, limit, from } = query;
  const place = (id: string) => all.findIndex((record) => record.id === id);
  const [first, last] = [after === undefined ? -1 : place(after), before === undefined ? all.length : place(before)];
  if ((after !== undefined && first === -1) || last === -1) return undefined;
  const found = all.filter(
    ({ begunAt, targets, user, mutation, outcome }, at) =>
      at > first &&
      at < last &&
      begunAt.getTime() >= since &&
      begunAt.getTime() < until &&
      (query.nodes?.some((name) => targets.includes(name)) ?? true) &&
      (query.users?.some((name) => name === user) ?? true) &&
      (query.mutations?.includes(mutation) ?? true) &&
      (query.outcomes?.some((name) => name === outcome) ?? true) &&
      (query.hasEnded === undefined || query.hasEnded === (outcome !== null)),
  );
  if (from === 'start') return found.slice(0, limit);
  return limit === 0 ? [] : found.slice(-limit);
}
