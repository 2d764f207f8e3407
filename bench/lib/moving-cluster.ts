import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { answerOf, peerOf } from './status.ts';

/*
 * Every node of a Harper cluster, of which no socket rests: with each second all figures are others. With `flap` the
 * sockets of one node go down and up besides, so that each second brings an event. With `storm` those of every second
 * pair do, which brings thousands of changes a second.
 * moving-cluster.ts <nodes> <databases> <figures|flap|storm> <milliseconds of a step>
 */

const [nodes = '3', databases = '4', mood = 'flap', step = '1000'] = process.argv.slice(2);
const COUNT = Number(nodes);
const NAMES = Array.from({ length: COUNT }, (_, at) => `node-${at + 1}`);
const DATABASES = Array.from({ length: Number(databases) }, (_, at) => `db${at + 1}`);
const USER = JSON.stringify({
  username: 'admin',
  active: true,
  role: { role: 'super_user', permission: { super_user: true } },
});
const VERSION = JSON.stringify([{ info_id: 1, hdb_version_num: '5.2.4' }]);

const urlOf = (name: string) => `wss://${name}.harper.internal:9933`;

/** What a node says at a step. Both ends of a pair say the same. */
function statusOf(own: number, round: number): string {
  const now = Date.now();
  const time = new Date(now).toUTCString();
  const connections = NAMES.flatMap((name, peer) => {
    if (peer === own) return [];
    const isFlapping = mood === 'flap' && (own === 0 || peer === 0) && round % 2 === 0;
    const isDown = isFlapping || (mood === 'storm' && (own + peer + round) % 2 === 0);
    const sockets = DATABASES.map((database, at) => ({
      ...{ database, committed: time, received: time, version: now + at + 0.4739, connected: !isDown },
      latency: 0.2 + ((own * 7 + peer * 13 + at * 3 + round) % 97) / 10,
    }));
    return [peerOf(name, urlOf(name), sockets)];
  });
  const name = NAMES[own] ?? '';
  return JSON.stringify(answerOf(name, urlOf(name), connections));
}

const ports = await Promise.all(
  NAMES.map(async (_, own) => {
    let [kept, keptRound] = ['', -1];
    const server = createServer(async (req, res) => {
      let body = '';
      for await (const chunk of req.setEncoding('utf8')) body += chunk;
      const operation = body === '' ? '' : (JSON.parse(body) as { operation: string }).operation;
      const round = Math.floor(Date.now() / Number(step));
      if (operation === 'cluster_status' && round !== keptRound) [kept, keptRound] = [statusOf(own, round), round];
      const text = operation === 'cluster_status' ? kept : operation === 'user_info' ? USER : VERSION;
      res.setHeader('content-type', 'application/json').end(text);
    });
    server.keepAliveTimeout = 30_000;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }),
);
process.stdout.write(`ports ${ports.join(',')}\n`);
