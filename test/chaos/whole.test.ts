import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';
import { expect, it } from 'vitest';
import { below, pick, type Random } from '../fuzz/generate.ts';
import { eventually } from '../support/eventually.ts';
import { CLUSTER_CHANGES, type ClusterEvent, overSse, overWebSocket, type Subscription } from '../support/live.ts';
import { seeded } from '../support/script.ts';
import { ADMIN, FAST, type Stack, startStack } from '../support/stack.ts';

/** `npm run chaos` goes on for longer, from another seed. The seed chooses what is done, not how long it takes. */
const SECONDS = Number(process.env.CHAOS_SECONDS ?? 25);
const SEED = Number(process.env.CHAOS_SEED ?? 20_261_128);
const NODES = ['node-1', 'node-2', 'node-3', 'node-4'];
const READERS = 10;

/** What goes wrong with a cluster; `repair` puts everything right. */
function createChaos({ sandbox }: Stack, random: Random) {
  const down = new Set<string>();
  const actions: readonly (() => unknown)[] = [
    async () => {
      const name = pick(random, NODES);
      if (down.delete(name)) return sandbox.node(name).start();
      // One is left, so that there is somebody to ask.
      if (down.size === NODES.length - 1) return undefined;
      down.add(name);
      return sandbox.node(name).kill();
    },
    () => pick(random, sandbox.nodes).freeze(),
    () => pick(random, sandbox.nodes).thaw(),
    () => sandbox.cut(...pair()),
    () => sandbox.cut(...pair(), { oneWay: true }),
    () => sandbox.cut(...pair(), { databases: ['dev'] }),
    () => sandbox.isolate(pick(random, NODES)),
    () => sandbox.mend(...pair()),
    () => sandbox.heal(),
  ];
  function pair(): [string, string] {
    const one = pick(random, NODES);
    return [
      one,
      pick(
        random,
        NODES.filter((name) => name !== one),
      ),
    ];
  }
  return {
    act: async () => pick(random, actions)(),
    /** Lets the nodes answer again; what is cut stays cut. */
    async wake() {
      for (const node of sandbox.nodes) node.thaw();
      for (const name of down) await sandbox.node(name).start();
      down.clear();
    },
    heal: () => sandbox.heal(),
  };
}

/** What every node says of every other, asked directly, with none of the gateway's code. */
async function look({ sandbox }: Stack): Promise<Record<string, boolean>> {
  const found: [string, boolean][] = [];
  for (const { url, name: own } of sandbox.nodes) {
    const { body } = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: ADMIN },
      body: '{"operation":"cluster_status"}',
      signal: AbortSignal.timeout(2000),
    });
    const { connections } = (await body.json()) as {
      connections: { name: string; database_sockets: { database: string; connected: boolean }[] }[];
    };
    for (const { name, database_sockets: sockets } of connections)
      for (const { database, connected } of sockets) found.push([`${own} ${name} ${database}`, connected]);
  }
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The same out of `cluster`. */
async function seen(stack: Stack): Promise<Record<string, boolean>> {
  const { data, errors } = await stack.ask(
    '{ cluster { isComplete links { nodes database views { nodeName connected } } } }',
  );
  expect(errors).toEqual([]);
  expect(data.cluster.isComplete).toBe(true);
  const links: { nodes: [string, string]; database: string; views: { nodeName: string; connected: boolean }[] }[] =
    data.cluster.links;
  const found = links.flatMap(({ nodes, database, views }) =>
    views.map(({ nodeName, connected }): [string, boolean] => {
      const peer = nodes.find((name) => name !== nodeName);
      return [`${nodeName} ${peer} ${database}`, connected];
    }),
  );
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What the changes come to: the last that was told of each node and link, and whether anything was told twice. */
function applied(events: readonly ClusterEvent[]): { state: Record<string, string>; twice: string[] } {
  const state = new Map<string, string>();
  const twice: string[] = [];
  for (const { kind, nodes, databases, cursor } of events) {
    const keys = kind.startsWith('NODE_') && !/ADDED|REMOVED/.test(kind) ? [nodes.join(' ')] : [];
    if (kind.startsWith('LINK_')) keys.push(...databases.map((database) => [...nodes, database].join(' ')));
    for (const key of keys) {
      if (state.get(key) === kind) twice.push(`${cursor} ${kind} ${key}`);
      state.set(key, kind);
    }
  }
  return { state: Object.fromEntries([...state].sort(([a], [b]) => (a < b ? -1 : 1))), twice };
}

/** A reader that is cut off now and then, and comes back by its cursor. */
function startReader(stack: Stack, subscribe: typeof overSse) {
  const events: ClusterEvent[] = [];
  let current: Subscription<ClusterEvent> | undefined;
  let fault: unknown;
  async function take(own: Subscription<ClusterEvent>): Promise<void> {
    while (current === own) {
      const event = await own.next();
      if (current !== own) return;
      events.push(event);
    }
  }
  function open(): void {
    const after = events.at(-1)?.cursor;
    const own = subscribe<ClusterEvent>(stack, CLUSTER_CHANGES, after === undefined ? { snapshot: true } : { after });
    current = own;
    take(own).catch((error: unknown) => {
      if (current === own) fault ??= error;
    });
  }
  open();
  return {
    events,
    get fault() {
      return fault;
    },
    async cut() {
      const own = current;
      current = undefined;
      await own?.[Symbol.asyncDispose]();
    },
    open,
  };
}

it(`sees the whole of ${NODES.length} nodes as it is while they are killed, frozen and cut, seed ${SEED}`, {
  timeout: 180_000 + SECONDS * 4000,
}, async () => {
  const random = seeded(SEED);
  await using stack = await startStack({
    addresses: NODES,
    sandbox: { nodes: 4, timing: { ...FAST, silence: 300, joinTimeout: 5000, worker: 3 } },
    settings: {
      POLL_INTERVAL: '100',
      STATUS_RETRY_AFTER: '400',
      READ_TIMEOUT: '10000',
      VIEW_TIMEOUT: '1000',
      CHANGE_GRACE: '50',
      RECOVERY_GRACE: '600',
      CUT_GRACE: '400',
    },
  });
  // Never cut off: the others must have seen the same.
  const whole = startReader(stack, overWebSocket as typeof overSse);
  await eventually(() => expect(whole.events.some(({ kind }) => kind === 'STATE_CHANGED')).toBe(true));
  const begun = whole.events.length;
  const readers = Array.from({ length: READERS }, (_, at) =>
    startReader(stack, (at % 2 === 0 ? overWebSocket : overSse) as typeof overSse),
  );
  await eventually(() => {
    for (const { events } of readers) expect(events.some(({ kind }) => kind === 'STATE_CHANGED')).toBe(true);
  });
  const starts = readers.map(({ events }) => events.length);

  const chaos = createChaos(stack, random);
  const away = new Set<(typeof readers)[number]>();
  let quiet = 0;
  const until = performance.now() + SECONDS * 1000;
  while (performance.now() < until) {
    for (let count = 1 + below(random, 6); count > 0; count -= 1) {
      await chaos.act();
      const reader = pick(random, readers);
      if (away.delete(reader)) reader.open();
      else {
        away.add(reader);
        await reader.cut();
      }
      // So that there is something to see between two of them; nothing below relies on how long this is.
      await pause(below(random, 150));
    }
    // A quiet moment: every node answers, and says the same before and after the gateway was asked.
    await chaos.wake();
    await eventually(async () => {
      const before = await look(stack);
      expect(await seen(stack)).toEqual(before);
      expect(await look(stack)).toEqual(before);
    }, 60_000);
    quiet += 1;
    if (random() < 0.5) chaos.heal();
  }
  await chaos.wake();
  chaos.heal();
  for (const reader of away) reader.open();

  await eventually(async () => {
    const { data } = await stack.ask('{ cluster { state disagreements { message } } }');
    expect(data.cluster).toEqual({ state: 'HEALTHY', disagreements: [] });
    const { state } = applied(whole.events);
    expect(new Set(Object.values(state))).toEqual(new Set(['NODE_UP', 'LINK_UP']));
    expect(Object.keys(state)).toHaveLength(4 + 12);
    expect(readers.map(({ events }) => events.at(-1)?.cursor)).toEqual(readers.map(() => whole.events.at(-1)?.cursor));
  }, 60_000);

  expect(applied(whole.events).twice).toEqual([]);
  const textOf = ({ cursor, kind, nodes, databases }: ClusterEvent) => `${cursor} ${kind} ${nodes} ${databases}`;
  const expected = whole.events.slice(begun).map(textOf);
  for (const [at, { events }] of readers.entries()) {
    const own = events.slice(starts[at]).map(textOf);
    // A reader that came after the first changes has begun with them in its snapshot.
    expect(own).toEqual(expected.slice(expected.length - own.length));
    expect(own.length).toBeGreaterThan(10);
  }
  expect([whole, ...readers].map(({ fault }) => fault).filter((fault) => fault !== undefined)).toEqual([]);
  console.log(`${expected.length} changes, ${quiet} quiet moments`);
  await Promise.all([whole, ...readers].map((reader) => reader.cut()));
});
