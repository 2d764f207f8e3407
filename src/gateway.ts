import { readFileSync } from 'node:fs';
import type { Config, HarperBackend } from './config/config.ts';
import { createHarperClient, type Reachability } from './harper/client.ts';
import { createTransport } from './harper/transport.ts';
import { createHub } from './live/hub.ts';
import { createLogger, type Logger } from './log.ts';
import { type SandboxControl, startSandboxControl } from './sandbox/control.ts';
import { type Sandbox, startSandbox } from './sandbox/sandbox.ts';
import { type GatewayFacts, readClusterStatus } from './schema/context.ts';
import { createCors } from './server/cors.ts';
import { createGraphiQL } from './server/graphiql/graphiql.ts';
import { startHttpServer } from './server/http.ts';
import { createWebSockets } from './server/websocket.ts';
import { createPipeline, GRAPHQL_PATH } from './server/yoga.ts';

/** A running gateway. Disposing of it stops it gracefully. */
export interface Gateway extends AsyncDisposable {
  /** Address of the GraphQL endpoint and of GraphiQL. */
  readonly url: string;
  /** The embedded cluster, where there is one. */
  readonly sandbox: Sandbox | undefined;
  /** Address by which sandbox nodes are taken down and brought back. */
  readonly sandboxControlUrl: string | undefined;
}

/** Version of this package. */
export const VERSION: string = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

/**
 * Starts the gateway, on the sandbox where the configuration names no Harper.
 * @param logger where to log; JSON lines on standard output at the configured level when left out
 * @throws when a port cannot be listened on; nothing is left running then
 */
export async function startGateway(config: Config, logger: Logger = createLogger(config.logLevel)): Promise<Gateway> {
  const stack: (() => Promise<unknown>)[] = [];
  const halt = new AbortController();
  let stopping: Promise<void> | undefined;
  const stop = () => {
    halt.abort();
    stopping ??= unwind(stack.reverse(), logger);
    return stopping;
  };
  try {
    const { backend, sandbox, control } = await openBackend(config, stack);
    const transport = createTransport({
      backend,
      connectTimeout: config.connectTimeout,
      maxResponseBytes: config.maxResponseBytes,
    });
    const client = createHarperClient({ transport, ...config, onReachability: (now) => logReachability(now, logger) });
    stack.push(() => client.close(config.shutdownTimeout));
    const facts: GatewayFacts = {
      version: VERSION,
      startedAt: new Date(),
      mode: sandbox ? 'SANDBOX' : backend.authorization === undefined ? 'FORWARD' : 'SERVICE',
      backendUrl: backend.displayUrl,
      pollInterval: config.pollInterval,
      writeTimeout: config.writeTimeout,
      thresholds: config.thresholds,
      stopping: halt.signal,
    };
    const hub = createHub({
      read: (authorization, signal) => readClusterStatus(client, authorization, signal),
      thresholds: config.thresholds,
      interval: config.pollInterval,
      capacity: config.feedCapacity,
      linger: config.watchLinger,
    });
    const pipeline = createPipeline({
      client,
      hub,
      facts,
      ownAuthorization: backend.authorization,
      maxDocumentTokens: config.maxDocumentTokens,
      sharePayloads: config.sharePayloads,
      logger,
    });
    const webSockets = createWebSockets({
      pipeline,
      initTimeout: config.socketInitTimeout,
      pingInterval: config.socketPingInterval,
      maxMessageBytes: config.maxBodyBytes,
      maxBufferBytes: config.socketBufferBytes,
      logger,
    });
    // Also where the server never comes to listen.
    stack.push(() => webSockets.stop());
    const login = sandbox && { username: 'admin', password: 'sandbox' };
    const starting = startHttpServer({
      host: config.host,
      port: config.port,
      maxBodyBytes: config.maxBodyBytes,
      pipeline,
      webSockets,
      events: { pipeline, pingInterval: config.socketPingInterval, logger },
      cors: createCors(config.corsOrigins),
      graphiql: config.graphiql
        ? createGraphiQL({
            endpoint: GRAPHQL_PATH,
            loginOptional: facts.mode === 'SERVICE',
            spareNode: sandbox?.nodes.at(-1)?.name ?? 'node-4',
            ...(login && { login }),
          })
        : undefined,
      loopbackHostOnly: facts.mode === 'SERVICE',
      logger,
    });
    const server = await listening('PORT', starting);
    // Stops first: running requests still need the client, and the client the sandbox.
    stack.push(async () => {
      // A WebSocket is closed with 1001 and an event stream broken off, so that their clients come back elsewhere.
      const stopped = server.stop(config.shutdownTimeout);
      await webSockets.stop();
      hub.stop();
      const cut = await stopped;
      if (cut > 0) logger.warn({ requests: cut }, 'Requests were still running when the shutdown timeout was over');
    });
    warn(backend, logger);
    return {
      url: `${server.url}${GRAPHQL_PATH}`,
      sandbox,
      sandboxControlUrl: control?.url,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function logReachability({ reachable, lastError }: Reachability, logger: Logger): void {
  if (reachable) logger.info('Harper answers again');
  else logger.warn({ reason: lastError }, 'Harper does not answer');
}

/** Names the setting of a port that cannot be listened on. */
async function listening<T>(setting: string, starting: Promise<T>): Promise<T> {
  try {
    return await starting;
  } catch (error) {
    if (!(error instanceof Error && 'port' in error)) throw error;
    throw new Error(`${setting}: ${error.message}`, { cause: error });
  }
}

/** Stops what was started, the last first; a step that fails does not keep the others from being taken. */
async function unwind(steps: readonly (() => Promise<unknown>)[], logger: Logger): Promise<void> {
  for (const step of steps) {
    await step().catch((error: unknown) => logger.error({ err: error }, 'A part did not stop cleanly'));
  }
}

interface OpenBackend {
  readonly backend: HarperBackend;
  readonly sandbox: Sandbox | undefined;
  readonly control: SandboxControl | undefined;
}

async function openBackend({ backend }: Config, stack: (() => Promise<unknown>)[]): Promise<OpenBackend> {
  if (backend.kind === 'harper') return { backend, sandbox: undefined, control: undefined };
  const sandbox = await startSandbox({ nodes: backend.nodes, spares: 1, dialect: backend.dialect, traffic: 2000 });
  stack.push(async () => sandbox[Symbol.asyncDispose]());
  const control = await listening('SANDBOX_CONTROL_PORT', startSandboxControl(sandbox, backend.controlPort));
  stack.push(async () => control[Symbol.asyncDispose]());
  const { url } = sandbox.node('node-1');
  return { sandbox, control, backend: { kind: 'harper', origin: url, displayUrl: url, tls: { verify: true } } };
}

function warn({ origin, tls, authorization }: HarperBackend, logger: Logger): void {
  if (!tls.verify) {
    logger.warn('HARPER_TLS_VERIFY is off: whoever is between the gateway and Harper can read and change everything');
  }
  if (authorization !== undefined) {
    logger.warn(
      'Callers without a login act with the login of the gateway: every process on this machine may change the cluster',
    );
  }
  if (origin.startsWith('http:') && !/^http:\/\/(127\.|localhost|\[::1\])/.test(origin)) {
    logger.warn('HARPER_URL is not https: logins and answers cross the network in clear text');
  }
}
