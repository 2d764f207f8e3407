import { createServer } from 'node:net';
import { Writable } from 'node:stream';
import { vi } from 'vitest';
import { createLogger, readConfig, startGateway } from '../../src/index.ts';
import { FAST, type Stack, type StackOptions, startStack } from '../support/stack.ts';

/** A stack whose gateway can be restarted on its port. */
export interface RestartableStack extends Stack {
  /** How often Harper has been asked anything. */
  asked(): number;
  /**
   * Stops the gateway, breaks off as many attempts to come back as given, and starts another gateway on the same port.
   * @param whileDown runs while there is no gateway
   */
  restart(attempts: number, whileDown?: () => Promise<unknown>): Promise<void>;
}

export async function startRestartable({ settings, sandbox }: StackOptions = {}): Promise<RestartableStack> {
  const usual = { POLL_INTERVAL: '100', ...settings };
  const stack = await startStack({ settings: usual, ...(sandbox && { sandbox: { timing: FAST, ...sandbox } }) });
  const port = Number(new URL(stack.url).port);
  const all = { ...usual, PORT: String(port) };
  const gateways: AsyncDisposable[] = [];
  return {
    ...stack,
    asked: () => stack.sandbox.nodes.flatMap(({ received }) => [...received.values()]).reduce((a, b) => a + b, 0),
    async restart(attempts, whileDown) {
      await stack.stopGateway();
      await whileDown?.();
      if (attempts > 0) await refuse(port, attempts);
      const config = readConfig({ HARPER_URL: stack.sandbox.node('node-1').url, ...all });
      gateways.push(await startGateway(config, { logger: createLogger('silent', new Writable()) }));
    },
    async [Symbol.asyncDispose]() {
      for (const gateway of gateways) await gateway[Symbol.asyncDispose]();
      await stack[Symbol.asyncDispose]();
    },
  };
}

/** Stands where the gateway was and breaks off every connection; settles after as many as given. */
async function refuse(port: number, attempts: number): Promise<void> {
  let seen = 0;
  await new Promise<void>((resolve) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined).resetAndDestroy();
      seen += 1;
      if (seen === attempts) server.close(() => resolve());
    });
    server.listen(port, '127.0.0.1');
  });
}

/** What a subscription has brought, taken one by one. */
export interface Events<T> extends Disposable {
  /** Everything so far. */
  readonly all: readonly T[];
  /** The errors it was ended with; more than one is a fault of the example. */
  readonly errors: readonly unknown[];
  /** The next one that passes; rejects with the error when there is one first. */
  until(passes: (value: T) => boolean): Promise<T>;
  /** Settles with the first error. */
  readonly failed: Promise<unknown>;
}

/** Begins a subscription of an example and keeps what it brings. */
export function collect<T>(
  begin: (onValue: (value: T) => void, onError: (error: unknown) => void) => () => void,
): Events<T> {
  const all: T[] = [];
  const errors: unknown[] = [];
  const failure = Promise.withResolvers<unknown>();
  let taken = 0;
  let changed = Promise.withResolvers<void>();
  const wake = () => {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  };
  const stop = begin(
    (value) => {
      all.push(value);
      wake();
    },
    (error) => {
      errors.push(error);
      failure.resolve(error);
      wake();
    },
  );
  return {
    all,
    errors,
    failed: failure.promise,
    async until(passes) {
      for (;;) {
        while (taken < all.length) {
          const value = all[taken] as T;
          taken += 1;
          if (passes(value)) return value;
        }
        if (errors.length > 0) throw errors[0];
        await changed.promise;
      }
    },
    [Symbol.dispose]: stop,
  };
}

/** An example while a test uses it; it is closed at the end, whatever state its connection is in. */
export function using<T extends { close?(): unknown }>(client: T): T & AsyncDisposable {
  return Object.assign(client, {
    [Symbol.asyncDispose]: async () => {
      // A client that is still connecting fails at that, which is nobody's concern any more.
      await Promise.resolve(client.close?.()).catch(() => undefined);
    },
  });
}

/** A GraphQL request that went through fetch, and its answer. */
export interface Exchange {
  readonly method: string;
  readonly accept: string | null;
  /** Its parameters, out of the body or the URL. */
  readonly sent: Readonly<Record<string, unknown>>;
  readonly status: number;
  readonly contentType: string | null;
  readonly answer: string;
}

/** Keeps what goes through fetch, for what a client does not show. */
export function recordFetch(): Disposable & { readonly exchanges: readonly Exchange[] } {
  const exchanges: Exchange[] = [];
  const original = globalThis.fetch;
  const spy = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    const body = await request.clone().text();
    const response = await original(request);
    exchanges.push({
      method: request.method,
      accept: request.headers.get('accept'),
      sent: body === '' ? Object.fromEntries(new URL(request.url).searchParams) : JSON.parse(body),
      status: response.status,
      contentType: response.headers.get('content-type'),
      answer: await response.clone().text(),
    });
    return response;
  });
  return { exchanges, [Symbol.dispose]: () => spy.mockRestore() };
}
