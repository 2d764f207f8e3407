import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { overWebSocket } from '../../support/live.ts';
import { basic, startStack, VIEWER } from '../../support/stack.ts';

const folder = mkdtempSync(join(tmpdir(), 'harper-history-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ADDRESSES = ['node-1', 'node-2', 'node-3'];
const SETTINGS = { POLL_INTERVAL: '100', CHANGE_GRACE: '0', RECOVERY_GRACE: '0', CUT_GRACE: '60000' };
const WATCH = 'subscription { clusterChanged(snapshot: true) { cursor kind nodes } }';
const HISTORY = `query($first: Int, $after: String, $last: Int, $before: String, $since: DateTime, $until: DateTime,
  $nodes: [String!], $databases: [String!], $kinds: [ClusterChangeKind!]) {
  history(first: $first, after: $after, last: $last, before: $before, since: $since, until: $until,
    nodes: $nodes, databases: $databases, kinds: $kinds) {
    edges { cursor node { cursor kind nodes observedAt seenLate disagreement { kind } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

interface Edge {
  readonly cursor: string;
  readonly node: { readonly cursor: string; readonly kind: string; readonly nodes: string[]; observedAt: string };
}

describe.each([
  ['memory', {}],
  ['a file', { HISTORY_FILE: join(folder, 'history.db') }],
])('history in %s', (_, settings) => {
  it('has what was told, by pages either way, and by what it is about', async () => {
    await using stack = await startStack({ addresses: ADDRESSES, settings: { ...SETTINGS, ...settings } });
    await using reader = overWebSocket<{ kind: string; nodes: string[]; cursor: string }>(stack, WATCH);
    await reader.next();
    for (const name of ['node-2', 'node-3']) {
      await stack.sandbox.node(name).kill();
      await reader.until(({ kind, nodes }) => kind === 'NODE_DOWN' && nodes[0] === name);
      await stack.sandbox.node(name).start();
      await reader.until(({ kind, nodes }) => kind === 'NODE_UP' && nodes[0] === name);
    }
    const page = async (variables: object) => {
      const { data, errors } = await stack.ask(HISTORY, { variables: { ...variables } });
      expect(errors).toEqual([]);
      const { edges, pageInfo } = data.history as { edges: Edge[]; pageInfo: Record<string, unknown> };
      return { edges, pageInfo, cursors: edges.map(({ cursor }) => cursor) };
    };
    const all = await eventually(async () => {
      const found = await page({});
      const ends = found.edges.filter(({ node }) => node.kind.startsWith('NODE_'));
      expect(ends.map(({ node }) => `${node.kind} ${node.nodes[0]}`)).toEqual([
        'NODE_DOWN node-2',
        'NODE_UP node-2',
        'NODE_DOWN node-3',
        'NODE_UP node-3',
      ]);
      return found;
    });
    for (const { cursor, node } of all.edges) expect(node.cursor).toBe(cursor);
    // Forward.
    const forward: string[] = [];
    for (let after: unknown; ; ) {
      const { cursors, pageInfo } = await page({ first: 2, after });
      forward.push(...cursors);
      after = pageInfo.endCursor;
      if (pageInfo.hasNextPage !== true) break;
    }
    expect(forward.slice(0, all.cursors.length)).toEqual(all.cursors);
    // Backward.
    const backward: string[] = [];
    for (let before: unknown = forward.at(-1); ; ) {
      const { cursors, pageInfo } = await page({ last: 3, before });
      backward.unshift(...cursors);
      before = pageInfo.startCursor;
      if (pageInfo.hasPreviousPage !== true) break;
    }
    expect(backward).toEqual(forward.slice(0, -1));
    const down = await page({ kinds: ['NODE_DOWN'], nodes: ['node-3'] });
    expect(down.edges.map(({ node }) => node.nodes)).toEqual([['node-3']]);
    const at = down.edges[0]?.node.observedAt;
    expect((await page({ until: at, kinds: ['NODE_DOWN'] })).edges.map(({ node }) => node.nodes)).toEqual([['node-2']]);
    expect((await page({ since: at, kinds: ['NODE_DOWN'] })).cursors).toEqual(down.cursors);
    expect((await page({ databases: ['none'], kinds: ['LINK_DOWN', 'LINK_UP'] })).edges).toEqual([]);
    // A cursor of a page leads on in the stream.
    const rest = forward.slice(forward.indexOf(down.cursors[0] ?? '') + 1);
    await using resumed = overWebSocket<{ cursor: string }>(
      stack,
      'subscription($after: ID) { clusterChanged(after: $after) { cursor } }',
      { after: down.cursors[0] },
    );
    for (const cursor of rest) expect((await resumed.next()).cursor).toBe(cursor);
  });

  it.each<[string, object, string, RegExp]>([
    ['a negative count', { first: -1 }, 'BAD_USER_INPUT', /first must be between 0 and 1000/],
    ['more than a page', { last: 1001 }, 'BAD_USER_INPUT', /last must be between 0 and 1000/],
    ['both ends', { first: 1, last: 1 }, 'BAD_USER_INPUT', /last must be left out beside first/],
    [
      'an end before the begin',
      { since: '2026-02-01T00:00:00Z', until: '2026-01-01T00:00:00Z' },
      'BAD_USER_INPUT',
      /until must not be before since/,
    ],
    ['no cursor', { after: 'x' }, 'CURSOR_EXPIRED', /not of the present history/],
    [
      'a cursor that was good in another process',
      { after: 'AAAAAAAA~BBBBBBBB.1' },
      'CURSOR_EXPIRED',
      /present history/,
    ],
    ['a cursor of another history', { before: 'AAAAAAAA.1' }, 'CURSOR_EXPIRED', /not of the present history/],
  ])('refuses %s', async (_name, variables, code, message) => {
    await using stack = await startStack({ settings: { ...SETTINGS, ...settings } });
    const { data, errors } = await stack.ask(HISTORY, { variables: { ...variables } });
    expect(data).toEqual({ history: null });
    expect(errors[0]?.extensions.code).toBe(code);
    expect(errors[0]?.message).toMatch(message);
  });

  it('is for those only who may see the cluster', async () => {
    await using stack = await startStack({ settings: { ...SETTINGS, ...settings } });
    for (const [as, code] of [
      [VIEWER, 'FORBIDDEN'],
      [basic('admin', 'wrong'), 'UNAUTHENTICATED'],
      [null, 'UNAUTHENTICATED'],
    ] as const) {
      const { data, errors } = await stack.ask(HISTORY, { as });
      expect([data?.history ?? null, errors[0]?.extensions.code]).toEqual([null, code]);
    }
  });
});
