import { describe, expect, it } from 'vitest';
import { ForwardClock } from '../support/clock.ts';
import { LOGIN } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { type ChangeEvent, overSse, overWebSocket, type Subscription, wsClient } from '../support/live.ts';
import { passSilence } from '../support/silence.ts';
import { FAST, type Stack, startStack, VIEWER } from '../support/stack.ts';

const FAST_POLL = { POLL_INTERVAL: '100', READ_TIMEOUT: '2000' };

const short = ({ kind, peerName, database }: ChangeEvent) =>
  [kind, peerName, database].filter((part) => part !== null).join(' ');

/** The last change of a node that goes down. A look between the ends of its two sockets sees it PARTIAL. */
const isDown = (peer: string) => (change: ChangeEvent) =>
  change.kind === 'STATE_CHANGED' && change.peerName === peer && /to DISCONNECTED/.test(change.message);

const ofKind = (kind: string, changes: readonly ChangeEvent[]) =>
  changes
    .filter((change) => change.kind === kind)
    .map(short)
    .toSorted();

/** Waits until a subscription is being served, so that what is done next is seen by it. */
async function served(stack: Stack, subscribers = 1): Promise<void> {
  await eventually(async () => {
    const { data } = await stack.ask('{ gateway { watch { subscribers state } } }');
    expect(data.gateway.watch).toEqual({ subscribers, state: 'LIVE' });
  });
}

type Subscribe = (stack: Stack, query?: string, variables?: Record<string, unknown>) => Subscription<ChangeEvent>;

describe.each<[transport: string, payloads: string, share: string, subscribe: Subscribe]>([
  ['WebSocket', 'shared', 'true', overWebSocket],
  ['WebSocket', 'each its own', 'false', overWebSocket],
  ['SSE', 'shared', 'true', overSse],
  ['SSE', 'each its own', 'false', overSse],
])('connectionStatusChanged over %s, payloads %s', (_, __, share, subscribe) => {
  const SETTINGS = { ...FAST_POLL, SHARE_PAYLOADS: share };

  it('shows a node going down and coming back, each change once and in order', async () => {
    await using stack = await startStack({ settings: SETTINGS });
    await using changes = subscribe(stack);
    await served(stack);
    await stack.sandbox.node('node-3').kill();
    const down = await changes.until(isDown('node-3'));
    expect(ofKind('DISCONNECTED', down)).toEqual(['DISCONNECTED node-3 dev', 'DISCONNECTED node-3 system']);
    expect(down[0]).toMatchObject({ connected: false, previouslyConnected: true, peer: { name: 'node-3' } });
    await stack.sandbox.node('node-3').start();
    await changes.until((change) => change.kind === 'STATE_CHANGED' && /to HEALTHY/.test(change.message));
    const connected = changes.events.filter(({ kind }) => kind === 'CONNECTED').map(short);
    expect(connected.toSorted()).toEqual(['CONNECTED node-3 dev', 'CONNECTED node-3 system']);
  });

  it('shows a node that freezes and thaws, and a partition and its end, by their sockets', async () => {
    const time = new ForwardClock();
    await using stack = await startStack({ sandbox: { timing: FAST, time }, settings: SETTINGS });
    await using changes = subscribe(stack);
    await served(stack);
    /** The changes of a peer's sockets until it is in a state. */
    const socketsUntil = async (peer: string, state: string) => {
      const isThere = ({ kind, peerName, message }: ChangeEvent) =>
        kind === 'STATE_CHANGED' && peerName === peer && message.includes(`to ${state}`);
      const seen = (await changes.until(isThere)).filter(({ peerName }) => peerName === peer);
      return seen
        .filter(({ database }) => database !== null)
        .map(short)
        .toSorted();
    };
    const both = (kind: string, peer: string) => [`${kind} ${peer} dev`, `${kind} ${peer} system`];
    stack.sandbox.node('node-3').freeze();
    await passSilence(stack.sandbox, time, (...pair) => pair.includes('node-3'));
    expect(await socketsUntil('node-3', 'DISCONNECTED')).toEqual(both('DISCONNECTED', 'node-3'));
    stack.sandbox.node('node-3').thaw();
    expect(await socketsUntil('node-3', 'HEALTHY')).toEqual(both('CONNECTED', 'node-3'));
    stack.sandbox.partition('node-1', 'node-2');
    await passSilence(stack.sandbox, time, (...pair) => !pair.includes('node-3'));
    expect(await socketsUntil('node-2', 'DISCONNECTED')).toEqual(both('DISCONNECTED', 'node-2'));
    stack.sandbox.heal();
    expect(await socketsUntil('node-2', 'HEALTHY')).toEqual(both('CONNECTED', 'node-2'));
  });

  it('begins with a snapshot where it is asked for', async () => {
    await using stack = await startStack({ settings: SETTINGS });
    await using changes = subscribe(stack, undefined, { snapshot: true });
    const first = [await changes.next(), await changes.next(), await changes.next(), await changes.next()];
    expect(first.map(short)).toEqual([
      'SNAPSHOT node-2 dev',
      'SNAPSHOT node-2 system',
      'SNAPSHOT node-3 dev',
      'SNAPSHOT node-3 system',
    ]);
    expect(first.every(({ connected }) => connected)).toBe(true);
    // Who is cut off in the middle begins again; after the last it goes on.
    await using middle = subscribe(stack, undefined, { after: first[2]?.cursor });
    expect(JSON.stringify(await middle.ended)).toContain('CURSOR_EXPIRED');
    await using after = subscribe(stack, undefined, { after: first[3]?.cursor });
    await served(stack, 2);
    await stack.sandbox.node('node-3').kill();
    await after.until(isDown('node-3'));
  });

  it('shows peers added, changed and removed, and a new database', async () => {
    await using stack = await startStack({ sandbox: { spares: 1 }, settings: SETTINGS });
    await using changes = subscribe(stack);
    await served(stack);
    await stack.ask('mutation($input: AddNodeInput!) { addNode(input: $input) { message } }', {
      variables: { input: { hostname: 'node-4', authorization: LOGIN } },
    });
    let up = 0;
    const added = await changes.until(({ kind }) => {
      if (kind === 'CONNECTED') up += 1;
      return up === 2;
    });
    expect(short(added[0] as ChangeEvent)).toBe('PEER_ADDED node-4');
    expect(ofKind('DATABASE_ADDED', added)).toEqual(['DATABASE_ADDED node-4 dev', 'DATABASE_ADDED node-4 system']);
    expect(ofKind('CONNECTED', added)).toEqual(['CONNECTED node-4 dev', 'CONNECTED node-4 system']);
    await stack.ask('mutation { updateNode(input: { hostname: "node-4", shard: 2 }) { message } }');
    await changes.until(({ kind }) => kind === 'TOPOLOGY_CHANGED');
    stack.sandbox.node('node-1').replication.createDatabase('extra');
    await changes.until((change) => short(change) === 'CONNECTED node-4 extra');
    await stack.ask('mutation { removeNode(input: { hostname: "node-4" }) { message } }');
    const removed = await changes.until(({ kind }) => kind === 'PEER_REMOVED');
    expect(short(removed.at(-1) as ChangeEvent)).toBe('PEER_REMOVED node-4');
  });

  it('tells that Harper cannot be read, and goes on when it can', async () => {
    await using stack = await startStack({ settings: SETTINGS });
    await using changes = subscribe(stack);
    await served(stack);
    await stack.sandbox.node('node-1').kill();
    const lost = await changes.next();
    expect(short(lost)).toBe('UPSTREAM_LOST');
    expect(lost.message).toMatch(/refused|closed/);
    await stack.sandbox.node('node-3').kill();
    await stack.sandbox.node('node-1').start();
    const back = await changes.until(isDown('node-3'));
    expect(back.map(short).slice(0, 1)).toEqual(['UPSTREAM_RESTORED']);
  });

  it('tells a reader that comes while Harper cannot be read', async () => {
    await using stack = await startStack({ settings: SETTINGS });
    await using keeper = subscribe(stack);
    await served(stack);
    await stack.sandbox.node('node-1').kill();
    expect(short(await keeper.next())).toBe('UPSTREAM_LOST');
    await using newcomer = subscribe(stack, undefined, { snapshot: true });
    const seen = [await newcomer.next(), await newcomer.next()];
    expect(seen.map(({ kind }) => kind)).toEqual(['UPSTREAM_LOST', 'SNAPSHOT']);
    await stack.sandbox.node('node-1').start();
    await newcomer.until(({ kind }) => kind === 'UPSTREAM_RESTORED');
  });

  it('reports a poll that hangs', async () => {
    await using stack = await startStack({ settings: SETTINGS });
    await using changes = subscribe(stack);
    await served(stack);
    stack.sandbox.node('node-1').freeze();
    expect(short(await changes.next())).toBe('UPSTREAM_LOST');
    stack.sandbox.node('node-1').thaw();
    expect(short(await changes.next())).toBe('UPSTREAM_RESTORED');
  });

  it('goes on from a cursor without a gap', async () => {
    await using stack = await startStack({ settings: SETTINGS });
    await using keeper = subscribe(stack);
    await served(stack);
    await stack.sandbox.node('node-3').kill();
    const [first, ...rest] = await keeper.until(isDown('node-3'));
    await using resumed = subscribe(stack, undefined, { after: first?.cursor });
    for (const change of rest) expect(await resumed.next()).toEqual(change);
    await stack.sandbox.node('node-2').kill();
    await resumed.until(isDown('node-2'));
  });

  it('is left at once on a quiet cluster, and the poll with it', async () => {
    await using stack = await startStack({ settings: { ...SETTINGS, WATCH_LINGER: '50' } });
    const changes = subscribe(stack);
    await served(stack);
    await changes[Symbol.asyncDispose]();
    await eventually(async () => {
      const { data } = await stack.ask('{ gateway { watch { subscribers state } } }');
      expect(data.gateway.watch).toEqual({ subscribers: 0, state: 'IDLE' });
    });
  });

  it('filters by node and database', async () => {
    await using stack = await startStack({ settings: SETTINGS });
    await using changes = subscribe(stack, undefined, { nodes: ['node-3'], databases: ['dev'] });
    await served(stack);
    await stack.sandbox.node('node-2').kill();
    await stack.sandbox.node('node-3').kill();
    const seen = await changes.until(isDown('node-3'));
    expect(ofKind('DISCONNECTED', seen)).toEqual(['DISCONNECTED node-3 dev']);
    expect(seen.every(({ peerName }) => peerName === 'node-3')).toBe(true);
  });

  it.each([
    ['of another change log', 'abcdefgh.1'],
    ['that is none', 'yesterday'],
    ['of the future', ''],
  ])('ends with CURSOR_EXPIRED for a cursor %s', async (name, cursor) => {
    await using stack = await startStack({ settings: SETTINGS });
    await using keeper = subscribe(stack, undefined, { snapshot: true });
    const future = (await keeper.next()).cursor.replace(/\d+~?$/, '99');
    await using changes = subscribe(stack, undefined, { after: name === 'of the future' ? future : cursor });
    expect(JSON.stringify(await changes.ended)).toContain('CURSOR_EXPIRED');
    expect(changes.events).toEqual([]);
  });

  it('ends when the caller’s rights do, and leaves others alone', async () => {
    await using stack = await startStack({ settings: SETTINGS });
    stack.sandbox.logins.add({
      username: 'temp',
      password: 'secret',
      role: 'super_user',
      superUser: true,
      active: true,
    });
    await using others = subscribe(stack);
    await using mine = overWebSocket<ChangeEvent>(
      stack,
      undefined,
      {},
      wsClient(stack, { authorization: `Basic ${btoa('temp:secret')}` }),
    );
    await served(stack, 2);
    const user = stack.sandbox.logins.users.get('temp');
    if (user) user.active = false;
    expect(JSON.stringify(await mine.ended)).toContain('UNAUTHENTICATED');
    await stack.sandbox.node('node-3').kill();
    expect((await others.next()).kind).toBe('DISCONNECTED');
  });

  it('is FORBIDDEN for who is no super user, and UNAUTHENTICATED without a login', async () => {
    await using stack = await startStack({ settings: SETTINGS });
    const as = (authorization: string) =>
      subscribe === overWebSocket
        ? overWebSocket(stack, undefined, {}, wsClient(stack, { authorization }))
        : overSse(stack, undefined, {}, { authorization });
    await using viewer = as(VIEWER);
    const refused = (await viewer.ended) as unknown;
    expect(
      refused instanceof Error
        ? String((refused as { response?: { status: number } }).response?.status)
        : JSON.stringify(refused),
    ).toMatch(/FORBIDDEN|403/);
    await using wrongLogin = as(`Basic ${btoa('admin:wrong')}`);
    const unknown = (await wrongLogin.ended) as unknown;
    expect(
      unknown instanceof Error
        ? String((unknown as { response?: { status: number } }).response?.status)
        : JSON.stringify(unknown),
    ).toMatch(/UNAUTHENTICATED|401/);
  });
});
