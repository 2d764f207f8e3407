import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerOf, peerOf } from './status.ts';

const TIME = 'Fri, 27 Nov 2026 02:12:57 GMT';
const TIMES = { committed: TIME, received: TIME, version: 1_795_000_000_000.4739 };

/** What other operations answer. */
const ANSWERS = new Map<string, object>([
  ['create_authentication_tokens', { operation_token: 'x.y.z', refresh_token: 'x.y.z' }],
  ['user_info', { username: 'admin', active: true, role: { role: 'super_user', permission: { super_user: true } } }],
]);

/** A Harper with one peer, whose only socket goes up and down. */
export interface FlappingHarper {
  readonly url: string;
  /** Takes the socket up or down. */
  flip(): void;
  /** When an answer first showed how it is now; 0 before. By `performance.now()`. */
  readonly shownAt: number;
  /** Settles with the moment at which it is next asked for its status. */
  nextAsked(): Promise<number>;
}

/** Starts it on a free port; it ends with this process. */
export async function startFlappingHarper(): Promise<FlappingHarper> {
  let isUp = true;
  let shownAt = 0;
  let asked = Promise.withResolvers<number>();

  function statusNow() {
    shownAt ||= performance.now();
    asked.resolve(performance.now());
    asked = Promise.withResolvers();
    const sockets = [{ database: 'dev', connected: isUp, latency: 1.5, ...TIMES }];
    return answerOf('node-1', 'ws://node-1:9933', [peerOf('node-2', 'ws://node-2:9933', sockets)]);
  }

  const server = createServer((req, res) => {
    let body = '';
    req.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    req.on('end', () => {
      // None where its version is asked for.
      const operation = /"operation":"(\w+)"/.exec(body)?.[1] ?? '';
      const answer = operation === 'cluster_status' ? statusNow() : ANSWERS.get(operation);
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify(answer ?? {}));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    flip() {
      isUp = !isUp;
      shownAt = 0;
    },
    get shownAt() {
      return shownAt;
    },
    nextAsked: () => asked.promise,
  };
}
