import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { ForwardClock } from '../../support/clock.ts';
import { eventually } from '../../support/eventually.ts';
import { overWebSocket } from '../../support/live.ts';
import { ADMIN, basic, startStack, VIEWER } from '../../support/stack.ts';

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

describe('a history file', () => {
  it('has no login in it, in any encoding', async () => {
    const path = join(folder, 'secret.db');
    const logins = [ADMIN, basic('second', 'Pässwörd: "1"/+')];
    {
      await using stack = await startStack({
        addresses: ADDRESSES,
        settings: { ...SETTINGS, HISTORY_FILE: path },
      });
      stack.sandbox.logins.add({
        ...{ username: 'second', password: 'Pässwörd: "1"/+', role: 'super_user', superUser: true, active: true },
      });
      for (const as of logins) {
        await stack.ask(
          'mutation { addNode(input: { url: "ws://node-4:9933", authorization: { basic: ' +
            '{ username: "admin", password: "sandbox" } } }) { message } }',
          { as },
        );
        const { errors } = await stack.ask(HISTORY, { as });
        expect(errors).toEqual([]);
      }
    }
    const secrets = logins.flatMap((login) => {
      const encoded = login.slice('Basic '.length);
      const text = Buffer.from(encoded, 'base64').toString();
      const password = text.slice(text.indexOf(':') + 1);
      return [text, password].flatMap((secret) => [
        ...[secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)],
        ...(['base64', 'base64url', 'hex', 'utf16le'] as const).map((encoding) =>
          encoding === 'utf16le' ? secret : Buffer.from(secret).toString(encoding),
        ),
      ]);
    });
    const bytes = ['', '-wal'].map((each) => {
      try {
        return readFileSync(`${path}${each}`);
      } catch {
        return Buffer.alloc(0);
      }
    });
    expect(bytes[0]?.length).toBeGreaterThan(0);
    const secret = readFileSync(`${path}.key`, 'utf8').trim();
    // `sandbox` is also a word of the cluster's own.
    for (const each of [...secrets.filter((text) => text !== 'sandbox'), secret]) {
      for (const content of bytes) expect(content.includes(each), each).toBe(false);
    }
  });
});

describe('since when things are as they are', () => {
  const QUERY = `{
    clusterStatus { connections { name state stateSince databaseSockets { database connected since } } }
    cluster { nodes { name stateSince } links { nodes database state since } }
  }`;

  it('is known of what is watched, and changes with it', async () => {
    await using stack = await startStack({ addresses: ADDRESSES, settings: SETTINGS });
    const before = (await stack.ask(QUERY)).data;
    expect(before.clusterStatus.connections[0].stateSince).toBeNull();
    expect(before.cluster.nodes[0].stateSince).toBeNull();
    await using reader = overWebSocket<{ kind: string; nodes: string[] }>(stack, WATCH);
    await reader.next();
    const first = (await stack.ask(QUERY)).data;
    const [peer] = first.clusterStatus.connections;
    expect(peer.name).toBe('node-2');
    expect(Date.parse(peer.stateSince)).toBeGreaterThan(0);
    expect(peer.databaseSockets.map(({ since }: { since: string }) => since)).toEqual([
      peer.stateSince,
      peer.stateSince,
    ]);
    expect(first.cluster.links.every(({ since }: { since: string | null }) => since !== null)).toBe(true);
    await stack.sandbox.node('node-2').kill();
    await reader.until(({ kind }) => kind === 'NODE_DOWN');
    const second = await eventually(async () => {
      const { data } = await stack.ask(QUERY);
      const [down] = data.clusterStatus.connections;
      expect(down.state).toBe('DISCONNECTED');
      expect(Date.parse(down.stateSince)).toBeGreaterThan(Date.parse(peer.stateSince));
      return data;
    });
    const untouched = second.clusterStatus.connections[1];
    expect(untouched.stateSince).toBe(first.clusterStatus.connections[1].stateSince);
    const node = (name: string, data: typeof second) =>
      data.cluster.nodes.find((each: { name: string }) => each.name === name).stateSince;
    expect(Date.parse(node('node-2', second))).toBeGreaterThan(Date.parse(node('node-2', first)));
    expect(node('node-1', second)).toBe(node('node-1', first));
  });
});

describe('the metrics of a history', () => {
  const read = async (url: string) => (await fetch(new URL('/metrics', url))).text();
  const gauge = (text: string, name: string) =>
    text.match(new RegExp(`^harper_gateway_history_${name} (\\S+)$`, 'm'))?.[1];

  it('are there with a file only, and say how much it has', async () => {
    await using without = await startStack();
    expect(await read(without.url)).not.toContain('harper_gateway_history');
    const settings = { ...SETTINGS, HISTORY_FILE: join(folder, 'metrics.db') };
    await using stack = await startStack({ addresses: ADDRESSES, settings });
    const empty = await read(stack.url);
    expect([gauge(empty, 'kept'), gauge(empty, 'changes'), gauge(empty, 'lost')]).toEqual(['1', '0', '0']);
    expect(gauge(empty, 'oldest_timestamp_seconds')).toBeUndefined();
    await using reader = overWebSocket<{ kind: string }>(stack, WATCH);
    await reader.next();
    await stack.sandbox.node('node-2').kill();
    await reader.until(({ kind }) => kind === 'NODE_DOWN');
    const text = await read(stack.url);
    expect(Number(gauge(text, 'changes'))).toBeGreaterThan(0);
    expect(Number(gauge(text, 'bytes'))).toBeGreaterThan(4096);
    expect(Number(gauge(text, 'oldest_timestamp_seconds'))).toBeGreaterThan(1.7e9);
  });

  it('and the API say when it cannot be kept, and that it can be again', { timeout: 120_000 }, async () => {
    const path = join(folder, 'locked.db');
    const settings = { ...SETTINGS, HISTORY_FILE: path };
    await using stack = await startStack({ addresses: ADDRESSES, settings });
    await using reader = overWebSocket<{ kind: string; cursor: string }>(stack, WATCH);
    await reader.next();
    const holder = new DatabaseSync(path);
    holder.exec('BEGIN IMMEDIATE');
    await stack.sandbox.node('node-2').kill();
    // Nobody waits for the file.
    const [down] = (await reader.until(({ kind }) => kind === 'NODE_DOWN')).slice(-1);
    expect(down?.cursor).toContain('~');
    const CHANGE_LOG = '{ gateway { changeLog { kind failure since lost } } }';
    await eventually(async () => {
      const { changeLog } = (await stack.ask(CHANGE_LOG)).data.gateway;
      expect(changeLog).toMatchObject({ kind: 'FILE', failure: expect.stringMatching('locked'), lost: 0 });
    });
    expect(gauge(await read(stack.url), 'kept')).toBe('0');
    expect(stack.logs.filter((line) => line.includes('Changes cannot be kept'))).toHaveLength(1);
    holder.exec('ROLLBACK');
    holder.close();
    await eventually(async () => {
      expect((await stack.ask(CHANGE_LOG)).data.gateway.changeLog).toMatchObject({ failure: null, lost: 0 });
      expect(gauge(await read(stack.url), 'waiting')).toBe('0');
    });
    const { data } = await stack.ask(HISTORY, { variables: { kinds: ['NODE_DOWN'] } });
    expect(data.history.edges.map(({ node }: Edge) => node.nodes)).toEqual([['node-2']]);
  });

  it('a gateway does not start on a file that it cannot use, and says which setting that is', async () => {
    await expect(startStack({ settings: { HISTORY_FILE: folder } })).rejects.toThrow(`HISTORY_FILE ${folder} cannot`);
  });
});

describe('availability', () => {
  const QUERY = `query($node: String!, $peer: String, $database: String, $since: DateTime) {
    availability(node: $node, peer: $peer, database: $database, since: $since) { ratio upMs watchedMs }
  }`;

  it('is known of nodes and links as long as they were watched', async () => {
    await using stack = await startStack({ addresses: ADDRESSES, settings: SETTINGS });
    const of = async (variables: object) => (await stack.ask(QUERY, { variables: { ...variables } })).data.availability;
    await using reader = overWebSocket<{ kind: string; nodes: string[] }>(stack, WATCH);
    await reader.next();
    await stack.sandbox.node('node-2').kill();
    await reader.until(({ kind, nodes }) => kind === 'NODE_DOWN' && nodes[0] === 'node-2');
    await eventually(async () => {
      const down = await of({ node: 'node-2' });
      expect(down.watchedMs).toBeGreaterThan(500);
      expect(down.ratio).toBeGreaterThan(0);
      expect(down.ratio).toBeLessThan(1);
      expect(down.upMs / down.watchedMs).toBeCloseTo(down.ratio);
    });
    expect((await of({ node: 'node-1' })).ratio).toBe(1);
    expect((await of({ node: 'node-1', peer: 'node-3', database: 'dev' })).ratio).toBe(1);
    expect((await of({ node: 'node-3', peer: 'node-1', database: 'dev' })).ratio).toBe(1);
    expect((await of({ node: 'node-1', peer: 'node-2', database: 'dev' })).ratio).toBeLessThan(1);
    expect(await of({ node: 'node-1', since: '2100-01-01T00:00:00Z' })).toEqual({ ratio: null, upMs: 0, watchedMs: 0 });
  });

  it.each<[object, RegExp]>([
    [{ node: 'node-9' }, /node must be a node that was seen/],
    [{ node: 'node-1', peer: 'node-2', database: 'none' }, /peer must be a peer with a link for that database/],
    [{ node: 'node-1', peer: 'node-2' }, /database must be given beside peer/],
    [{ node: 'node-1', database: 'dev' }, /peer must be given beside database/],
    [{ node: '__proto__' }, /node must be a node that was seen/],
  ])('of %j is refused', async (variables, message) => {
    await using stack = await startStack({ addresses: ADDRESSES, settings: SETTINGS });
    await using reader = overWebSocket(stack, WATCH);
    await reader.next();
    const { errors } = await stack.ask(QUERY, { variables: { ...variables } });
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors[0]?.message).toMatch(message);
  });
});

describe('WATCH', () => {
  const OWN = { HARPER_USERNAME: 'admin', HARPER_PASSWORD: 'sandbox', INSECURE_NO_AUTH: 'true' };
  const watched = '{ gateway { watch { state } } }';

  it.each<[string, Record<string, string>, string]>([
    ['with a history and a login of its own', { ...OWN, HISTORY_FILE: 'always.db' }, 'LIVE'],
    ['with a history, on demand', { ...OWN, HISTORY_FILE: 'demand.db', WATCH: 'demand' }, 'IDLE'],
    ['without a history, always', { ...OWN, WATCH: 'always' }, 'LIVE'],
    ['without a history', OWN, 'IDLE'],
    ['with a history, where callers bring their logins', { HISTORY_FILE: 'forward.db' }, 'IDLE'],
  ])('%s decides whether the cluster is watched while nobody reads', async (_, own, state) => {
    const { HISTORY_FILE: file, ...others } = own;
    const settings = { ...SETTINGS, ...others, ...(file !== undefined && { HISTORY_FILE: join(folder, file) }) };
    await using stack = await startStack({ addresses: ADDRESSES, settings });
    const as = 'INSECURE_NO_AUTH' in own ? null : ADMIN;
    await eventually(async () => {
      const { data } = await stack.ask(watched, { as });
      expect(data.gateway.watch.state).toBe(state);
    });
  });

  it('goes on when Harper has refused the login for a while', async () => {
    const clock = new ForwardClock();
    await using stack = await startStack({
      addresses: ['node-1'],
      settings: { ...SETTINGS, ...OWN, WATCH: 'always' },
      clock,
    });
    const stateOf = async () => (await stack.ask(watched, { as: null })).data.gateway.watch.state;
    await eventually(async () => expect(await stateOf()).toBe('LIVE'));
    const { faults } = stack.sandbox.node('node-1');
    // Whoever asks: the look at the login at the start may still be under way.
    faults.add('cluster_status', { kind: 'refuse', status: 403, body: { error: 'no' } }, Number.POSITIVE_INFINITY);
    await eventually(async () => expect(await stateOf()).toBe('IDLE'));
    faults.clear();
    clock.advance(10_000);
    await eventually(async () => expect(await stateOf()).toBe('LIVE'));
  });
});
