import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { MUTATIONS, pageOf, short } from '../support/mutation-history.ts';
import { startService } from '../support/service.ts';
import { basic, startStack, VIEWER } from '../support/stack.ts';

const folder = mkdtempSync(join(tmpdir(), 'harper-mutations-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const inFile = () => {
  files += 1;
  return { HISTORY_FILE: join(folder, `${files}.db`) };
};

const remove = (name: string) => `mutation { removeNode(input: { hostname: "${name}" }) { message } }`;

describe.each([
  ['memory', () => ({})],
  ['a file', inFile],
])('mutations in %s', (_, settings) => {
  it('has who asked for what, when, and what came of it', async () => {
    await using stack = await startStack({ sandbox: { dialect: '5.2' }, settings: settings() });
    await stack.ask(remove('node-2'), { headers: { 'x-request-id': 'first' } });
    await stack.ask(remove('node-2'));
    const input = { connections: [{ hostname: 'node-3' }, { hostname: 'node-9' }] };
    await stack.ask('mutation($input: ConfigureClusterInput!) { configureCluster(input: $input) { message } }', {
      variables: { input },
    });
    const { records, pageInfo } = await pageOf(stack.ask);
    expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false, endCursor: records[2]?.cursor });
    const common = { user: 'admin', isRunning: false, outcomeUnknown: false, durationMs: expect.any(Number) };
    const ids = { changeId: expect.any(String), gateway: expect.any(String), endedAt: expect.any(String) };
    expect(records).toMatchObject([
      { ...common, ...ids, requestId: 'first', mutation: 'removeNode', targets: ['node-2'], outcome: 'DONE' },
      { ...common, ...ids, outcome: 'OPERATION_REFUSED', reason: expect.stringContaining('node-2'), steps: [] },
      {
        ...common,
        ...ids,
        ...{ mutation: 'configureCluster', targets: ['node-3', 'node-9'], outcome: 'PARTIAL', reason: null },
        steps: [{ at: null, node: 'node-9', kind: 'ADD', result: 'PARTIAL', message: expect.any(String) }],
      },
    ]);
    // They are those of the log.
    const lines = stack.logs.map((line) => JSON.parse(line)).filter(({ outcome }) => outcome !== undefined);
    expect(records.map(({ changeId }) => changeId)).toEqual(lines.map(({ changeId }) => changeId));
    for (const { begunAt, endedAt } of records)
      expect(Date.parse(endedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(begunAt));
  });

  it('finds them by node, user, mutation, outcome and time', async () => {
    await using stack = await startStack({ sandbox: { nodes: 4 }, settings: settings() });
    stack.sandbox.logins.add({
      username: 'second',
      password: 'x-y-z',
      role: 'super_user',
      superUser: true,
      active: true,
    });
    const second = basic('second', 'x-y-z');
    await stack.ask(remove('node-2'));
    await stack.ask(remove('node-3'), { as: second });
    await stack.ask('mutation { setRoutes(input: { routes: [{ url: "ws://a:1" }] }) { message } }', { as: second });
    await stack.ask(remove('node-9'));
    const found = async (variables: object) => short((await pageOf(stack.ask, variables)).records);
    const all = ['removeNode node-2 DONE', 'removeNode node-3 DONE', 'setRoutes a:1 DONE'];
    const failed = 'removeNode node-9 OPERATION_REFUSED';
    expect(await found({})).toEqual([...all, failed]);
    expect(await found({ nodes: ['node-3', 'a:1'] })).toEqual([all[1], all[2]]);
    expect(await found({ users: ['second'] })).toEqual([all[1], all[2]]);
    expect(await found({ mutations: ['setRoutes'] })).toEqual([all[2]]);
    expect(await found({ outcomes: ['OPERATION_REFUSED', 'CONFLICT'] })).toEqual([failed]);
    expect(await found({ outcomes: [] })).toEqual([]);
    expect(await found({ hasEnded: false })).toEqual([]);
    const { records } = await pageOf(stack.ask);
    const [first, ...others] = records;
    expect(await found({ until: first?.begunAt })).toEqual([]);
    const later = others.filter(({ begunAt }) => begunAt > (first?.begunAt ?? ''));
    expect(await found({ since: later[0]?.begunAt })).toEqual(short(later));
    expect(await found({ last: 1, before: first?.cursor })).toEqual([]);
    expect(await found({ first: 2, after: first?.cursor, users: ['second'] })).toEqual([all[1], all[2]]);
  });

  it('shows one that runs, and that it has ended, in the same place', async () => {
    await using stack = await startStack({ settings: settings() });
    const hold = stack.sandbox.node('node-1').faults.hold('remove_node');
    const asking = stack.ask(remove('node-2'));
    await hold.arrived;
    await stack.ask('mutation { setRoutes(input: { routes: [{ url: "ws://a:1" }] }) { message } }');
    const { records } = await pageOf(stack.ask);
    const [running, done] = records;
    expect(short(records)).toEqual(['removeNode node-2 null', 'setRoutes a:1 DONE']);
    expect(running).toMatchObject({ isRunning: true, endedAt: null, outcomeUnknown: false, durationMs: null });
    expect((await pageOf(stack.ask, { hasEnded: false })).records).toEqual([running]);
    hold.release();
    await asking;
    const after = (await pageOf(stack.ask)).records;
    expect(after).toMatchObject([
      { cursor: running?.cursor, isRunning: false, outcome: 'DONE' },
      { cursor: done?.cursor },
    ]);
    expect((await pageOf(stack.ask, { after: running?.cursor })).records).toEqual([done]);
  });

  it('gives by pages of any size what it gives as a whole', async () => {
    await using stack = await startStack({ settings: settings() });
    for (let count = 0; count < 9; count += 1) await stack.ask(remove(`node-${2 + (count % 4)}`));
    const size = fc.integer({ min: 1, max: 5 });
    const filter = fc.constantFrom<object>({}, { nodes: ['node-2', 'node-5'] }, { outcomes: ['OPERATION_REFUSED'] });
    await fc.assert(
      fc.asyncProperty(size, filter, async (count, about) => {
        const cursorsOf = async (variables: object) => {
          const { records, pageInfo } = await pageOf(stack.ask, { ...about, ...variables });
          return { pageInfo, cursors: records.map(({ cursor }) => cursor) };
        };
        const { cursors: all } = await cursorsOf({});
        const forward: string[] = [];
        for (let after: string | null = null, isMore = true; isMore; ) {
          const { cursors, pageInfo } = await cursorsOf({ first: count, after });
          forward.push(...cursors);
          [after, isMore] = [pageInfo.endCursor, pageInfo.hasNextPage];
        }
        const backward: string[] = [];
        for (let before: string | null = null, isMore = true; isMore; ) {
          const { cursors, pageInfo } = await cursorsOf({ last: count, before });
          backward.unshift(...cursors);
          [before, isMore] = [pageInfo.startCursor, pageInfo.hasPreviousPage];
        }
        expect([forward, backward]).toEqual([all, all]);
      }),
      { numRuns: 15 },
    );
  });

  it.each<[string, object, string, RegExp]>([
    ['a negative count', { first: -1 }, 'BAD_USER_INPUT', /first must be between 0 and 1000/],
    ['more than a page', { last: 1001 }, 'BAD_USER_INPUT', /last must be between 0 and 1000/],
    ['both ends', { first: 1, last: 1 }, 'BAD_USER_INPUT', /last must be left out beside first/],
    ['no cursor', { after: "'x" }, 'CURSOR_EXPIRED', /not of the present history/],
    ['a cursor of another history', { before: 'AAAAAAAA.1' }, 'CURSOR_EXPIRED', /not of the present history/],
  ])('refuses %s', async (_name, variables, code, message) => {
    await using stack = await startStack({ settings: settings() });
    await stack.ask(remove('node-2'));
    const { data, errors } = await stack.ask(MUTATIONS, { variables: { ...variables } });
    expect([data, errors[0]?.extensions.code]).toEqual([{ mutations: null }, code]);
    expect(errors[0]?.message).toMatch(message);
  });

  it('is for those only whom Harper lets see the cluster', async () => {
    await using stack = await startStack({ settings: settings() });
    await stack.ask(remove('node-2'), { as: VIEWER });
    await stack.ask(remove('node-2'), { as: null });
    for (const [as, code] of [
      [VIEWER, 'FORBIDDEN'],
      [basic('admin', 'wrong'), 'UNAUTHENTICATED'],
      [null, 'UNAUTHENTICATED'],
    ] as const) {
      const { data, errors } = await stack.ask(MUTATIONS, { as });
      expect([data?.mutations ?? null, errors[0]?.extensions.code]).toEqual([null, code]);
    }
    // Harper itself has refused the viewer. Without a login nothing is kept.
    const { records } = await pageOf(stack.ask);
    expect(records).toMatchObject([{ user: 'viewer', outcome: 'FORBIDDEN', changeId: expect.any(String) }]);
  });

  it('is for operators where the gateway has its own login, with what viewers were refused', async () => {
    await using service = await startService({ settings: settings() });
    await service.ask(remove('node-2'), { as: service.operator });
    await service.ask(remove('node-3'), { as: service.viewer });
    await service.ask(remove('node-3'), { as: null });
    for (const [as, code] of [
      [service.viewer, 'FORBIDDEN'],
      [null, 'UNAUTHENTICATED'],
    ] as const) {
      const { data, errors } = await service.ask(MUTATIONS, { as });
      expect([data?.mutations ?? null, errors[0]?.extensions.code]).toEqual([null, code]);
    }
    const { records } = await pageOf(service.ask, {}, service.operator);
    expect(records).toMatchObject([
      { user: 'otto', targets: ['node-2'], outcome: 'DONE' },
      {
        ...{ user: 'vera', targets: ['node-3'], outcome: 'FORBIDDEN', changeId: null, durationMs: 0, isRunning: false },
        reason: 'This needs the role operator.',
      },
    ]);
    const jwt = await service.jwt({ role: 'operator' });
    await eventually(async () => expect((await service.ask(MUTATIONS, { as: jwt })).status).toBe(200));
  });
});

describe('mutations', () => {
  it('has no more in memory than FEED_CAPACITY', async () => {
    await using stack = await startStack({ settings: { FEED_CAPACITY: '2' } });
    for (const name of ['node-2', 'node-3', 'node-4']) await stack.ask(remove(name));
    expect((await pageOf(stack.ask)).records.map(({ targets }) => targets[0])).toEqual(['node-3', 'node-4']);
  });
});
