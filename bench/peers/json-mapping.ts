import { createServer } from 'node:http';
import process from 'node:process';
import { Pool } from 'undici';
import { toStatus } from './mapping.ts';

/* The mapping by hand, without GraphQL: the fields of the benchmark's query and no others. */

const pool = new Pool(process.env.HARPER_URL ?? '', { connections: 128, pipelining: 1 });
const server = createServer((req, res) => {
  req.resume().on('end', async () => {
    const { body } = await pool.request({
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/json', authorization: req.headers.authorization ?? '' },
      body: '{"operation":"cluster_status"}',
    });
    const clusterStatus = toStatus((await body.json()) as never);
    const text = JSON.stringify({ data: { clusterStatus } });
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    res.end(text);
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`port ${(server.address() as { port: number }).port}\n`));
