import { createServer } from 'node:http';
import process from 'node:process';

/*
 * A Harper that answers at once, or after a delay, with a cluster of so many peers and databases. What it costs is no
 * part of what is measured. In a busy cluster a figure of the last socket changes from answer to answer; in one at rest
 * none does.
 * upstream.ts <peers> <databases> <delay in ms> <with type: worker|main> <busy|rest>
 */

const [peers = '3', databases = '2', delay = '0', thread = 'worker', mood = 'busy'] = process.argv.slice(2);
const VERSION = 1795400164450.4739;
const TIME = 'Mon, 23 Nov 2026 02:12:57 GMT';

const status = JSON.stringify({
  ...(thread === 'worker' && { type: 'cluster-status' }),
  connections: Array.from({ length: Number(peers) }, (_, peer) => ({
    url: `ws://node-${peer + 2}:9933`,
    subscriptions: null,
    replicates: true,
    name: `node-${peer + 2}`,
    database_sockets: Array.from({ length: Number(databases) }, (_, database) => ({
      database: `db${database}`,
      connected: true,
      latency: 1.2362749999738298,
      threadId: 1,
      nodes: [`node-${peer + 2}`],
      lastCommitConfirmed: TIME,
      lastReceivedRemoteTime: TIME,
      lastReceivedLocalTime: TIME,
      lastReceivedVersion: VERSION,
      backPressurePercent: 0,
      lastReceivedStatus: 'Waiting',
    })),
  })),
  node_name: 'node-1',
  url: 'ws://node-1:9933',
  is_enabled: true,
});
const user = JSON.stringify({
  username: 'admin',
  active: true,
  role: { role: 'super_user', permission: { super_user: true } },
});
const done = JSON.stringify({ message: "Successfully added 'ws://node-2:9933' to cluster" });

const at = status.lastIndexOf(String(VERSION));
const [before, after] = [status.slice(0, at), status.slice(at + String(VERSION).length)];

/** The next answer. All are of the same length. */
function nextStatus(): string {
  const version = mood === 'busy' ? 1_000_000_000_000 + asked : 1_000_000_000_000;
  return `${before}${version}.5${after}`;
}

let running = 0;
let most = 0;
let asked = 0;
const server = createServer((req, res) => {
  if (req.url === '/most') {
    res.end(JSON.stringify({ most, asked }));
    most = 0;
    asked = 0;
    return;
  }
  let body = '';
  req.setEncoding('utf8');
  req.on('data', (chunk) => {
    body += chunk;
  });
  req.on('end', () => {
    const isStatus = body.includes('"cluster_status"');
    if (isStatus) {
      running += 1;
      asked += 1;
      most = Math.max(most, running);
    }
    const text = isStatus ? nextStatus() : body.includes('"user_info"') ? user : done;
    const answer = () => {
      if (isStatus) running -= 1;
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
      res.end(text);
    };
    if (delay === '0') answer();
    else setTimeout(answer, Number(delay));
  });
});
server.keepAliveTimeout = 30_000;
server.listen(0, '127.0.0.1', () => process.stdout.write(`port ${(server.address() as { port: number }).port}\n`));
