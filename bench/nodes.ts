import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Agent, request } from 'undici';
import { readConfig } from '../src/config/config.ts';
import { startGateway } from '../src/gateway.ts';
import { createLogger } from '../src/observability/logger.ts';
import { median, percentile, publish } from './lib/report.ts';

/*
 * Several nodes behind one gateway: what `cluster` takes beside the slowest node's own answer. Then what clients see
 * when the preferred node is killed or frozen under load. Nodes, gateway and clients share one process, so that the
 * figures are upper limits; the ratio is of calls that were made in turn.
 */

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '200' } } });
const AUTHORIZATION = `Basic ${Buffer.from('admin:sandbox').toString('base64')}`;
const DATABASES = ['system', 'data', 'dev', 'shop'];
const READ_TIMEOUT = 3000;
const CLIENTS = 100;
const AT_ONCE = 50;
const agent = new Agent({ connections: 128 });

interface Node {
  readonly url: string;
  readonly server: Server;
  /** While true it takes requests and answers none. */
  isFrozen: boolean;
}

/** Starts a node of so many that answers after some milliseconds. */
async function startNode(own: number, count: number, delay: number): Promise<Node> {
  const connections = Array.from({ length: count }, (_, peer) => peer)
    .filter((peer) => peer !== own)
    .map((peer) => ({
      name: `node-${peer}`,
      url: `ws://node-${peer}:9933`,
      replicates: true,
      database_sockets: DATABASES.map((database) => ({ database, connected: true, latency: 1.5 + peer, threadId: 1 })),
    }));
  const user = { username: 'admin', active: true, role: { role: 'super_user', permission: { super_user: true } } };
  const answers: Record<string, string> = {
    cluster_status: JSON.stringify({ connections, node_name: `node-${own}`, url: `ws://node-${own}:9933` }),
    user_info: JSON.stringify(user),
    search_by_value: JSON.stringify([{ info_id: 1, hdb_version_num: '5.2.4' }]),
  };
  const node: { -readonly [K in keyof Node]: Node[K] } = { url: '', isFrozen: false, server: createServer() };
  node.server.on('request', async (req, res) => {
    let body = '';
    for await (const chunk of req.setEncoding('utf8')) body += chunk;
    if (node.isFrozen) return;
    await pause(delay);
    const operation = body === '' ? '' : (JSON.parse(body) as { operation: string }).operation;
    res.setHeader('content-type', 'application/json').end(answers[operation] ?? '{}');
  });
  node.server.listen(0, '127.0.0.1');
  await once(node.server, 'listening');
  node.url = `http://127.0.0.1:${(node.server.address() as AddressInfo).port}`;
  return node;
}

async function post(url: string, body: object): Promise<string> {
  const headers = { 'content-type': 'application/json', accept: 'application/json', authorization: AUTHORIZATION };
  const answer = await request(url, { method: 'POST', headers, body: JSON.stringify(body), dispatcher: agent });
  return answer.body.text();
}

const start = (nodes: readonly Node[]) =>
  startGateway(
    readConfig({
      HARPER_URL: nodes.map(({ url }) => url).join(','),
      PORT: '0',
      READ_TIMEOUT: String(READ_TIMEOUT),
      RATE_LIMIT: '1000000',
    }),
    { logger: createLogger('silent') },
  );

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** `cluster` beside the slowest of the direct calls, which are made at the same time, in turn. */
async function measureCluster() {
  const delays = [2, 4, 6, 8, 10];
  const nodes = await Promise.all(delays.map((delay, own) => startNode(own, delays.length, delay)));
  await using gateway = await start(nodes);
  const direct: number[] = [];
  const whole: number[] = [];
  const query = '{ cluster { state links { nodes database state } disagreements { message } } }';
  for (let round = -20; round < Number(values.rounds); round += 1) {
    const slowest = await timed(() => Promise.all(nodes.map(({ url }) => post(url, { operation: 'cluster_status' }))));
    const all = await timed(() => post(gateway.url, { query }));
    if (round >= 0) {
      direct.push(slowest);
      whole.push(all);
    }
  }
  for (const { server } of nodes) server.closeAllConnections();
  for (const { server } of nodes) server.close();
  const goal = median(direct) * 1.3 + 2;
  return {
    'slowest node, asked directly ms': median(direct).toFixed(2),
    'cluster ms': median(whole).toFixed(2),
    ratio: (median(whole) / median(direct)).toFixed(2),
    'goal ms': goal.toFixed(2),
  };
}

/** What clients see when the preferred of three nodes goes away under load. */
async function measureLoss(kind: 'killed' | 'frozen') {
  const nodes = await Promise.all([0, 1, 2].map((own) => startNode(own, 3, 2)));
  await using gateway = await start(nodes);
  const answers: { begun: number; took: number; ok: boolean }[] = [];
  let isOver = false;
  let lostAt = Number.POSITIVE_INFINITY;
  // So many clients, of which half wait at a time.
  const clients = Array.from({ length: CLIENTS }, async (_, at) => {
    if (at >= AT_ONCE) await pause(1);
    while (!isOver) {
      const begun = performance.now();
      const text = await post(gateway.url, { query: '{ clusterStatus { nodeName } }' });
      answers.push({ begun, took: performance.now() - begun, ok: !text.includes('"errors"') });
      await pause(4);
    }
  });
  await pause(1000);
  const [first] = nodes;
  lostAt = performance.now();
  if (kind === 'frozen' && first) first.isFrozen = true;
  else {
    first?.server.close();
    first?.server.closeAllConnections();
  }
  await pause(READ_TIMEOUT + 2000);
  isOver = true;
  if (first) first.isFrozen = false;
  await Promise.all(clients);
  for (const { server } of nodes) server.closeAllConnections();
  for (const { server } of nodes.slice(kind === 'killed' ? 1 : 0)) server.close();
  const after = answers.filter(({ begun }) => begun >= lostAt);
  const second = after.filter(({ begun }) => begun < lostAt + 1000).map(({ took }) => took);
  return {
    'preferred node': kind,
    answers: answers.length,
    'errors before': answers.filter(({ begun, ok }) => !ok && begun < lostAt).length,
    'errors after': after.filter(({ ok }) => !ok).length,
    'p99 in the second after, ms': percentile(
      second.sort((a, b) => a - b),
      0.99,
    ).toFixed(1),
    'longest after, ms': Math.max(...after.map(({ took }) => took)).toFixed(1),
    'hedge delay ms': READ_TIMEOUT / 3,
  };
}

await publish('nodes-cluster', 'cluster of 5 nodes x 4 databases', [await measureCluster()], {});
await publish(
  'nodes-loss',
  'The preferred of 3 nodes is lost under 100 clients',
  [await measureLoss('killed'), await measureLoss('frozen')],
  {},
);
await agent.close();
