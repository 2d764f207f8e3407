import { connect, type Socket } from 'node:net';

/** What a client saw in one round. */
export interface Load {
  readonly requests: number;
  /** Answers that were not the expected ones. */
  readonly wrong: number;
  readonly seconds: number;
  /** Latencies in milliseconds, sorted. */
  readonly latencies: Float64Array;
}

export interface LoadOptions {
  readonly port: number;
  readonly path: string;
  readonly body: string;
  /** Connections, each with one request in flight. */
  readonly connections: number;
  readonly milliseconds: number;
  /** Authorization header of a connection. */
  readonly authorization: (connection: number) => string;
  readonly isRight: (body: Buffer) => boolean;
  /** Whether the headers are those that a browser's fetch sends from a page of the same origin. */
  readonly browser: boolean;
}

/**
 * Keeps a server busy over plain sockets. This client costs next to nothing, so that what is measured is the server.
 * Every answer is checked.
 */
export async function load(options: LoadOptions): Promise<Load> {
  const latencies: number[] = [];
  let wrong = 0;
  const begun = performance.now();
  const end = begun + options.milliseconds;
  await Promise.all(
    Array.from({ length: options.connections }, (_, index) =>
      drive(index, options, end, latencies, () => (wrong += 1)),
    ),
  );
  const seconds = (performance.now() - begun) / 1000;
  return { requests: latencies.length, wrong, seconds, latencies: Float64Array.from(latencies).sort() };
}

function drive(
  index: number,
  { port, path, body, authorization, isRight, browser }: LoadOptions,
  end: number,
  latencies: number[],
  fault: () => void,
): Promise<void> {
  const request = Buffer.from(
    [
      `POST ${path} HTTP/1.1`,
      `host: 127.0.0.1:${port}`,
      ...(browser ? browserHeaders(port) : PLAIN_HEADERS),
      `authorization: ${authorization(index)}`,
      `content-length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
  return new Promise((resolve, reject) => {
    let sent = 0;
    let received: Buffer = Buffer.alloc(0);
    const socket: Socket = connect(port, '127.0.0.1', send);
    socket.setNoDelay(true);
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const head = received.indexOf('\r\n\r\n');
      if (head === -1) return;
      const length = Number(/content-length: (\d+)/i.exec(received.toString('latin1', 0, head))?.[1] ?? Number.NaN);
      const whole = head + 4 + length;
      if (Number.isNaN(length)) {
        // Chunked: the last chunk is empty.
        if (!received.subarray(-7).includes('0\r\n\r\n')) return;
        if (!isRight(unchunked(received.subarray(head + 4)))) fault();
      } else {
        if (received.length < whole) return;
        if (!isRight(received.subarray(head + 4, whole))) fault();
      }
      latencies.push(performance.now() - sent);
      received = Buffer.alloc(0);
      if (performance.now() < end) send();
      else socket.end();
    });
    function send(): void {
      sent = performance.now();
      socket.write(request);
    }
  });
}

const PLAIN_HEADERS = ['content-type: application/json', 'accept: application/json'];

function browserHeaders(port: number): string[] {
  return [
    'connection: keep-alive',
    'content-type: application/json; charset=utf-8',
    'accept: application/graphql-response+json, application/json;q=0.9, */*;q=0.5',
    'accept-encoding: gzip, deflate, br, zstd',
    'accept-language: en-GB,en;q=0.9,de;q=0.8',
    'cache-control: no-cache',
    `origin: http://127.0.0.1:${port}`,
    `referer: http://127.0.0.1:${port}/graphql`,
    'sec-fetch-dest: empty',
    'sec-fetch-mode: cors',
    'sec-fetch-site: same-origin',
    'user-agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'x-request-id: bench-1',
  ];
}

function unchunked(text: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = text.indexOf('\r\n', at);
    const size = Number.parseInt(text.toString('latin1', at, line), 16);
    if (!size) return Buffer.concat(parts);
    parts.push(text.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
