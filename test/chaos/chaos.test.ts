import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Agent, request } from 'undici';
import { expect, it } from 'vitest';
import { below, pick, type Random } from '../fuzz/generate.ts';
import { eventually } from '../support/eventually.ts';
import type { ChangeEvent } from '../support/live.ts';
import { seeded } from '../support/script.ts';
import { ADMIN, FAST, type Stack, startStack } from '../support/stack.ts';
import { certificate } from '../support/tls.ts';
import { type Reader, startReader } from './reader.ts';

/** `npm run chaos` goes on for longer, from another seed. The seed chooses what is done, not how long it takes. */
const SECONDS = Number(process.env.CHAOS_SECONDS ?? 15);
const SEED = Number(process.env.CHAOS_SEED ?? 20_261_127);
const READERS = 50;
/** Megabytes by which the heap may have grown. */
const MOST_GROWTH = 40;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1024 ** 2;
}

/** What goes wrong with a cluster; each leaves it so that `repair` can put everything right. */
function createChaos(stack: Stack, certificates: readonly { key: string; cert: string }[], random: Random) {
  const { sandbox } = stack;
  const first = sandbox.node('node-1');
  const others = [sandbox.node('node-2'), sandbox.node('node-3')];
  const agent = new Agent({ connect: { rejectUnauthorized: false } });
  const down = new Set<string>();
  let outages = 0;

  /** Asks as another client of the node does, and takes the answer away where the gateway is asking. */
  async function steal(): Promise<void> {
    const body = '{"operation":"cluster_status"}';
    const headers = { 'content-type': 'application/json', authorization: ADMIN };
    const signal = AbortSignal.timeout(300);
    await request(first.url, { method: 'POST', headers, body, dispatcher: agent, signal })
      .then((answer) => answer.body.dump())
      // Its own answer may be taken away, too.
      .catch(() => undefined);
  }

  const actions: readonly (() => unknown)[] = [
    () => Promise.all(Array.from({ length: 8 }, steal)),
    () => Promise.all(Array.from({ length: 3 }, steal)),
    async () => {
      const node = pick(random, others);
      if (down.delete(node.name)) return node.start();
      down.add(node.name);
      return node.kill();
    },
    () => pick(random, others).freeze(),
    () => pick(random, others).thaw(),
    () => sandbox.partition('node-1', pick(random, others).name),
    () => sandbox.heal(),
    async () => {
      // Harper does not answer for a while, and then does: nothing is lost by that.
      first.freeze();
      await pause(below(random, 200));
      first.thaw();
    },
  ];
  /** Polls come less often after these for a while, so they are rare. */
  const outagesOfFirst: readonly (() => unknown)[] = [
    async () => {
      outages += 1;
      await first.kill();
      await pause(below(random, 100));
      await first.start();
    },
    () => {
      outages += 1;
      first.showCertificate(pick(random, certificates));
      first.closeConnections();
    },
  ];

  return {
    /** How often what the gateway asks was cut off, so that it may say that Harper is lost. */
    get outages() {
      return outages;
    },
    act: async () => pick(random, random() < 0.03 ? outagesOfFirst : actions)(),
    async repair() {
      first.thaw();
      for (const node of others) {
        node.thaw();
        if (down.delete(node.name)) await node.start();
      }
      sandbox.heal();
    },
    [Symbol.asyncDispose]: () => agent.close(),
  };
}

/** What changes come to: whether each socket is connected, by peer and database. */
function applied(events: readonly ChangeEvent[]): Record<string, boolean> {
  const sockets = new Map<string, boolean>();
  for (const { kind, peerName, database, connected } of events) {
    const key = `${peerName}/${database}`;
    if (kind === 'PEER_REMOVED')
      for (const each of sockets.keys()) if (each.startsWith(`${peerName}/`)) sockets.delete(each);
    if (kind === 'DATABASE_REMOVED') sockets.delete(key);
    else if (database !== null && connected !== null) sockets.set(key, connected);
  }
  return Object.fromEntries([...sockets].sort());
}

it(`loses and doubles nothing for ${READERS} readers while everything fails, seed ${SEED}`, {
  timeout: 120_000 + SECONDS * 3000,
}, async () => {
  const random = seeded(SEED);
  const certificates = [await certificate('localhost', undefined, 'a'), await certificate('localhost', undefined, 'b')];
  const caFile = join(mkdtempSync(join(tmpdir(), 'harper-gateway-chaos-')), 'ca.pem');
  writeFileSync(caFile, certificates.map(({ cert }) => cert).join('\n'));
  const [tls] = certificates;
  if (tls === undefined) throw new Error('no certificate');
  await using stack = await startStack({
    sandbox: { nodes: 3, tls, timing: { ...FAST, silence: 160, joinTimeout: 5000, worker: 5 } },
    settings: {
      HARPER_CA_FILE: caFile,
      POLL_INTERVAL: '100',
      STATUS_RETRY_AFTER: '150',
      READ_TIMEOUT: '30000',
      FEED_CAPACITY: '100000',
    },
  });
  // Never cut off: the others must have seen the same.
  const whole = startReader(stack, 'WebSocket');
  await eventually(() => expect(whole.cursor).toBeDefined());
  const begin = whole.cursor;
  const readers: Reader[] = Array.from({ length: READERS }, (_, at) =>
    startReader(stack, at % 2 === 0 ? 'WebSocket' : 'SSE', begin),
  );
  const subscribers = async () =>
    (await stack.ask('{ gateway { watch { subscribers } } }')).data?.gateway.watch.subscribers;
  await eventually(async () => expect(await subscribers()).toBe(READERS + 1));
  const heapBefore = heap();

  await using chaos = createChaos(stack, certificates, random);
  const away = new Set<Reader>();
  const until = performance.now() + SECONDS * 1000;
  while (performance.now() < until) {
    await chaos.act();
    for (let count = below(random, 6); count > 0; count -= 1) {
      const reader = pick(random, readers);
      if (away.delete(reader)) reader.resume();
      else {
        away.add(reader);
        await reader.cut();
      }
    }
    // So that there is something to see between two of them; nothing below relies on how long this is.
    await pause(below(random, 120));
  }
  await chaos.repair();
  for (const reader of away) reader.resume();

  // A direct look at the node, with none of the gateway's code.
  const look = async () => {
    const { body } = await request(stack.sandbox.node('node-1').url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: ADMIN },
      body: '{"operation":"cluster_status"}',
      dispatcher: new Agent({ connect: { rejectUnauthorized: false } }),
      signal: AbortSignal.timeout(2000),
    });
    const { connections } = (await body.json()) as {
      connections: { name: string; database_sockets: { database: string; connected: boolean }[] }[];
    };
    const sockets = connections.flatMap(({ name, database_sockets: list }) =>
      list.map(({ database, connected }) => [`${name}/${database}`, connected] as const),
    );
    return Object.fromEntries(sockets.sort());
  };
  await eventually(async () => {
    const state = await look();
    expect(Object.values(state)).toEqual([true, true, true, true]);
    expect(applied(whole.seen)).toEqual(state);
    expect(readers.map(({ cursor }) => cursor)).toEqual(readers.map(() => whole.cursor));
  }, 60_000);

  const textOf = ({ cursor, kind, peerName, database, connected }: ChangeEvent) =>
    `${cursor} ${kind} ${peerName} ${database} ${connected}`;
  const expected = whole.seen.slice(whole.seen.findIndex(({ cursor }) => cursor === begin) + 1).map(textOf);
  for (const reader of readers) expect(reader.seen.map(textOf)).toEqual(expected);
  expect([whole, ...readers].map(({ fault }) => fault).filter((fault) => fault !== undefined)).toEqual([]);
  const lost = whole.seen.filter(({ kind }) => kind === 'UPSTREAM_LOST').length;
  expect(lost).toBeLessThanOrEqual(chaos.outages);
  expect(expected.length).toBeGreaterThan(10);
  expect(heap() - heapBefore).toBeLessThan(MOST_GROWTH);
  console.log(`${expected.length} changes, ${chaos.outages} outages of node-1, ${lost} times lost`);
  await Promise.all([whole, ...readers].map((reader) => reader.cut()));
  await eventually(async () => expect(await subscribers()).toBe(0));
});
