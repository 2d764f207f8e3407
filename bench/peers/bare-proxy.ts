import { createServer } from 'node:http';
import process from 'node:process';
import { Pool } from 'undici';

/* The yardstick for queries: no GraphQL at all, each request is asked of Harper as it is. */

const pool = new Pool(process.env.HARPER_URL ?? '', { connections: 128, pipelining: 1 });
const server = createServer((req, res) => {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    void pool
      .request({
        method: 'POST',
        path: '/',
        headers: { 'content-type': 'application/json', authorization: req.headers.authorization ?? '' },
        body: Buffer.concat(chunks),
      })
      .then(async ({ statusCode, body }) => {
        const text = Buffer.from(await body.arrayBuffer());
        res.writeHead(statusCode, { 'content-type': 'application/json', 'content-length': text.length });
        res.end(text);
      });
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`port ${(server.address() as { port: number }).port}\n`));
