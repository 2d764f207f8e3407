import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { start } from '../support/process.ts';
import { ADMIN, basic } from '../support/stack.ts';
import { type RestartableStack, startRestartable } from './support.ts';

const STATUS = '{ clusterStatus { nodeName } }';
const REMOVE = 'mutation { removeNode(input: { hostname: "node-3" }) { message } }';
const CHANGES = 'subscription { connectionStatusChanged(snapshot: true) { kind peerName database } }';

/** What a client writes before its body. */
type Head = (method: 'GET' | 'POST', target: string, length: number, headers: Record<string, string>) => string[];

/** What java.net.http.HttpClient of Java 17 writes to http, byte for byte and in its order. */
const java =
  (port: string): Head =>
  (method, target, length, headers) => [
    `${method} ${target} HTTP/1.1`,
    'Connection: Upgrade, HTTP2-Settings',
    `Content-Length: ${length}`,
    `Host: 127.0.0.1:${port}`,
    'HTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA',
    'Upgrade: h2c',
    'User-Agent: Java-http-client/17.0.15',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];

/** What curl 7.88 writes with --http2. */
const curl =
  (port: string): Head =>
  (method, target, length, headers) => [
    `${method} ${target} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'User-Agent: curl/7.88.1',
    ...('Accept' in headers ? [] : ['Accept: */*']),
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(method === 'POST' ? [`Content-Length: ${length}`] : []),
  ];

/** A connection on which a client writes, and what came back on it. */
class Connection implements Disposable {
  readonly #socket: Socket;
  #text = '';
  #ended = false;

  constructor(url: string) {
    this.#socket = connect(Number(new URL(url).port), '127.0.0.1');
    this.#socket.setEncoding('latin1').on('data', (chunk) => {
      this.#text += chunk;
    });
    this.#socket
      .on('error', () => undefined)
      .on('close', () => {
        this.#ended = true;
      });
  }

  /** Writes a head, and then a body as a write of its own, as both clients may. */
  write(head: readonly string[], body: string): void {
    this.#socket.write(`${head.join('\r\n')}\r\n\r\n`);
    if (body !== '') setImmediate(() => this.#socket.write(body));
  }

  /** Takes what came up to the end of a match; rejects when the connection ends before. */
  async until(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.#text);
      if (match) {
        const end = match.index + match[0].length;
        const taken = this.#text.slice(0, end);
        this.#text = this.#text.slice(end);
        return taken;
      }
      if (this.#ended) throw new Error(`ended without ${pattern}: ${this.#text}`);
      await Promise.race([once(this.#socket, 'data'), once(this.#socket, 'close')]);
    }
  }

  /** Asks by POST and takes the answer: its status and its JSON. */
  async ask(head: Head, query: string, authorization: string): Promise<{ status: number; body: unknown }> {
    const body = JSON.stringify({ query });
    this.write(head('POST', '/graphql', body.length, headersOf(authorization)), body);
    const top = await this.until(/\r\n\r\n/);
    const length = /^content-length: *(\d+)/im.exec(top)?.[1];
    const text = length === undefined ? await this.#chunks() : await this.#take(Number(length));
    return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(top)?.[1]), body: JSON.parse(text) };
  }

  #take(length: number): Promise<string> {
    return this.until(new RegExp(`^[\\s\\S]{${length}}`));
  }

  async #chunks(): Promise<string> {
    for (let text = ''; ; ) {
      const size = Number.parseInt(await this.until(/^[0-9a-f]+\r\n/i), 16);
      const chunk = await this.#take(size + 2);
      if (size === 0) return text;
      text += chunk.slice(0, -2);
    }
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

const headersOf = (authorization: string) => ({ Authorization: authorization, 'Content-Type': 'application/json' });

const portOf = ({ url }: Pick<RestartableStack, 'url'>) => new URL(url).port;

describe.each([
  ['HttpClient of Java', java],
  ['curl --http2', curl],
])('a client that offers HTTP/2 with every request, as %s does', (_, headOf) => {
  it('is answered queries, one after the other on one connection', async () => {
    await using stack = await startRestartable();
    using connection = new Connection(stack.url);
    for (let count = 0; count < 3; count += 1) {
      const { status, body } = await connection.ask(headOf(portOf(stack)), STATUS, ADMIN);
      expect([status, body]).toEqual([200, { data: { clusterStatus: { nodeName: 'node-1' } } }]);
    }
  });

  it('is told the code of a wrong login', async () => {
    await using stack = await startRestartable();
    using connection = new Connection(stack.url);
    const { body } = await connection.ask(headOf(portOf(stack)), STATUS, basic('admin', 'wrong'));
    expect(body).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  it('is answered a mutation', async () => {
    await using stack = await startRestartable();
    using connection = new Connection(stack.url);
    const { body } = await connection.ask(headOf(portOf(stack)), REMOVE, ADMIN);
    expect(body).toMatchObject({ data: { removeNode: { message: expect.stringContaining('node-3') } } });
    expect(stack.sandbox.node('node-1').received.get('remove_node')).toBe(1);
  });

  it('sees a change over an event stream, and again from the next gateway', async () => {
    await using stack = await startRestartable();
    const target = `/graphql?query=${encodeURIComponent(CHANGES)}`;
    const head = headOf(portOf(stack))('GET', target, 0, { Authorization: ADMIN, Accept: 'text/event-stream' });
    {
      using connection = new Connection(stack.url);
      connection.write(head, '');
      expect(await connection.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 200 [\s\S]*^content-type: text\/event-stream/im);
      await connection.until(/"SNAPSHOT"/);
      await stack.sandbox.node('node-3').kill();
      await connection.until(/"DISCONNECTED","peerName":"node-3","database":"system"/);
    }
    await stack.restart(0);
    using connection = new Connection(stack.url);
    connection.write(head, '');
    await connection.until(/"SNAPSHOT","peerName":"node-3"/);
  });
});

/** Whether a program is there; says so where it is not. */
function has(program: string, ...wanted: readonly RegExp[]): boolean {
  const { stdout, error } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  const found = error === undefined && wanted.every((pattern) => pattern.test(stdout));
  if (!found) console.log(`Not run: the tests of ${program}, which is not installed here.`);
  return found;
}

if (has('curl', /HTTP2/)) {
  describe('curl', () => {
    it('is answered with --http2', async () => {
      await using stack = await startRestartable();
      const body = JSON.stringify({ query: STATUS });
      const headers = ['-H', 'content-type: application/json', '-H', `authorization: ${ADMIN}`];
      await using program = start('curl', ['--silent', '--http2', ...headers, '--data', body, stack.url]);
      expect([await program.ended, program.stdout()]).toEqual([0, '{"data":{"clusterStatus":{"nodeName":"node-1"}}}']);
    });
  });
}

if (has('javac')) {
  describe('HttpClient of Java', () => {
    const run = (url: string, authorization: string, ...rest: readonly string[]) =>
      start('java', ['examples/clients/ClusterClient.java', url, authorization, ...rest]);

    it('is answered, follows the changes, and comes back after a restart', { timeout: 180_000 }, async () => {
      await using stack = await startRestartable({ sandbox: { spares: 1 } });
      await using program = run(stack.url, ADMIN, 'node-3');
      await program.until(/^\{"data":\{"clusterStatus":\{"nodeName":"node-1"/m);
      await program.until(/^\{"data":\{"removeNode":\{"message":"[^"]*node-3/m);
      await program.until(/"SNAPSHOT","message":"node-2 is connected for system\."/);
      await stack.restart(1, () => stack.sandbox.node('node-2').kill());
      // Java itself repeats a request that was broken off before any answer, so the program may not hear of it.
      await program.until(/"SNAPSHOT","message":"node-2 is not connected for system\."/);
    });

    it('is told the code of a wrong login, and ends', { timeout: 180_000 }, async () => {
      await using stack = await startRestartable();
      await using program = run(stack.url, basic('admin', 'wrong'));
      expect(await program.ended).toBe(0);
      expect(program.stdout().match(/"code":"UNAUTHENTICATED"/g)).toHaveLength(2);
    });
  });
}
