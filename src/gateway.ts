import { readFileSync } from 'node:fs';
import { createAdmission } from './auth/admission.ts';
import { startAuthenticator } from './auth/authenticator.ts';
import type { HarperBackend } from './config/backend.ts';
import type { Config } from './config/config.ts';
import { warningsOf } from './config/warnings.ts';
import { createCommonQueries } from './graphql/common-query.ts';
import { createLean } from './graphql/fast-path/fast-path.ts';
import { createLimits } from './graphql/limits.ts';
import { createPipeline, GRAPHQL_PATH } from './graphql/pipeline.ts';
import { readTrustedDocuments } from './graphql/trusted-documents.ts';
import { createHarperClient } from './harper/client.ts';
import { operations } from './harper/operations.ts';
import type { Reachability } from './harper/reachability.ts';
import { createTransport, type Transport } from './harper/transport.ts';
import { createHub } from './live/hub.ts';
import { createCallCounter, createScrape, readingsOf } from './live/observe.ts';
import { createRunningChanges } from './mutations/running.ts';
import { createLogger, type Logger } from './observability/logger.ts';
import { createMetrics } from './observability/metrics.ts';
import { NO_TRACING, startTracing } from './observability/tracing.ts';
import type { SandboxControl } from './sandbox/control.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { type GatewayFacts, readClusterStatus } from './schema/context.ts';
import { schema } from './schema/schema.ts';
import { createGraphiQL } from './transport/graphiql/graphiql.ts';
import { createCors } from './transport/http/cors.ts';
import { createHealth, type Readiness } from './transport/http/health.ts';
import { answerHeaders, startHttpServer } from './transport/http/listener.ts';
import { createRouter } from './transport/http/router.ts';
import { createWebSockets } from './transport/websocket/websocket.ts';

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

/** Milliseconds /ready waits for Harper, and for which it takes an answer as still true. */
const READY_TIMEOUT = 2000;
const READY_AGE = 1000;

/**
 * Starts the gateway, on the sandbox where the configuration names no Harper.
 * @param logger where to log; JSON lines on standard output at the configured level when left out
 * @throws when a port cannot be listened on, or a file is wrong; nothing is left running then
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
    const { limits: bounds } = config;
    const tracing = config.otlpEndpoint === undefined ? NO_TRACING : await startTracing(config.otlpEndpoint, VERSION);
    stack.push(() => tracing.stop());
    const metrics = createMetrics(readingsOf(() => hub));
    const transport = createTransport({
      backend,
      connectTimeout: config.connectTimeout,
      maxResponseBytes: config.maxResponseBytes,
      traceHeaders: tracing.headers,
    });
    const client = createHarperClient({
      transport,
      ...config,
      ...(backend.login && { login: backend.login }),
      onCall: createCallCounter(metrics),
      onReachability: (now) => logReachability(now, logger),
    });
    stack.push(() => client.close(config.shutdownTimeout));
    const running = createRunningChanges();
    // Also those whose callers have left, which no request waits for any more.
    stack.push(() => running.finished(config.shutdownTimeout));
    const warnings = warningsOf(backend, config);
    for (const warning of warnings) logger.warn(warning);
    const facts: GatewayFacts = {
      version: VERSION,
      startedAt: new Date(),
      mode: sandbox ? 'SANDBOX' : backend.login === undefined ? 'FORWARD' : 'SERVICE',
      backendUrl: backend.displayUrl,
      warnings,
      pollInterval: config.pollInterval,
      writeTimeout: config.writeTimeout,
      thresholds: config.thresholds,
      stopping: halt.signal,
      track: running.track,
    };
    const hub = createHub({
      read: (authorization, signal) => readClusterStatus(client, authorization, signal),
      thresholds: config.thresholds,
      interval: config.pollInterval,
      capacity: config.feedCapacity,
      linger: config.watchLinger,
    });
    const limits = createLimits(bounds);
    const { trustedDocuments } = config;
    const trusted = trustedDocuments && readTrustedDocuments(trustedDocuments.file, trustedDocuments.for);
    const queries = createCommonQueries(schema, config.compiledExecution);
    const pipeline = createPipeline({
      client,
      hub,
      facts,
      documents: { ...bounds, introspection: config.introspection, trusted },
      limits,
      sharePayloads: config.sharePayloads,
      compiled: config.compiledExecution ? queries : undefined,
      metrics,
      tracing,
      logger,
    });
    const authenticator = startAuthenticator({
      callers: config.callers,
      loginFailures: bounds.loginFailures,
      hasAccepted: (authorization) => client.hasAccepted(authorization),
      prove: (authorization) => client.call(operations.userInfo, {}, { authorization }),
      logger,
    });
    stack.push(async () => authenticator.stop());
    const admission = createAdmission(authenticator, limits.rate);
    const webSockets = createWebSockets({
      pipeline,
      admission,
      limits,
      metrics,
      trustProxy: config.trustProxy,
      initTimeout: config.socketInitTimeout,
      idleTimeout: config.socketIdleTimeout,
      pingInterval: config.socketPingInterval,
      maxMessageBytes: bounds.bodyBytes,
      maxBufferBytes: config.socketBufferBytes,
      logger,
    });
    // Also where the server never comes to listen.
    stack.push(() => webSockets.stop());
    const login = sandbox && { username: 'admin', password: 'sandbox' };
    const router = createRouter({
      admission,
      pipeline,
      events: { pipeline, limits, metrics, pingInterval: config.socketPingInterval, logger },
      health: createHealth({
        readiness: createReadiness(transport, halt.signal),
        scrape: config.metrics ? createScrape(metrics, hub, backend.login !== undefined) : undefined,
        metricsToken: config.metricsToken,
      }),
      cors: createCors(config.corsOrigins),
      graphiql: config.graphiql
        ? createGraphiQL({
            endpoint: GRAPHQL_PATH,
            auth: config.callers.kind === 'service' ? 'token' : config.callers.kind === 'anyone' ? 'none' : 'password',
            spareNode: sandbox?.nodes.at(-1)?.name ?? 'node-4',
            ...(login && { login }),
          })
        : undefined,
      maxBodyBytes: bounds.bodyBytes,
      trustProxy: config.trustProxy,
      loopbackHostOnly: config.callers.kind === 'anyone',
    });
    const starting = startHttpServer({
      ...config,
      maxConnections: bounds.connections,
      maxBodyBytes: bounds.bodyBytes,
      router,
      // Requests that are traced, or whose host has to be looked at, take the stock road.
      lean:
        config.leanPath && config.otlpEndpoint === undefined && config.callers.kind !== 'anyone'
          ? createLean({
              queries,
              check: pipeline.check,
              createContext: pipeline.createContext,
              readTimeout: config.readTimeout,
              admission,
              trustProxy: config.trustProxy,
              headers: answerHeaders(config.tls !== undefined, config.corsOrigins.length > 0),
              limits,
              metrics,
              logger,
            })
          : undefined,
      webSockets,
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

/** Tells /ready whether requests should be sent here; many who ask at once cost one question. */
function createReadiness(transport: Transport, stopping: AbortSignal): () => Promise<Readiness> {
  let asked: { readonly at: number; readonly answer: Promise<Readiness> } | undefined;
  async function ask(): Promise<Readiness> {
    try {
      await transport.ping(AbortSignal.timeout(READY_TIMEOUT));
      return { ready: true };
    } catch (error) {
      const message =
        (error as Error).name === 'TimeoutError' ? 'Harper gave no answer in time.' : (error as Error).message;
      return { ready: false, reason: 'harper', message };
    }
  }
  return async () => {
    if (stopping.aborted) return { ready: false, reason: 'stopping', message: 'The gateway is stopping.' };
    if (asked === undefined || performance.now() - asked.at > READY_AGE)
      asked = { at: performance.now(), answer: ask() };
    return asked.answer;
  };
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
  // Loaded where it is wanted only: a gateway of a real cluster starts without it.
  const [{ startSandbox }, { startSandboxControl }] = await Promise.all([
    import('./sandbox/sandbox.ts'),
    import('./sandbox/control.ts'),
  ]);
  const sandbox = await startSandbox({ nodes: backend.nodes, spares: 1, dialect: backend.dialect, traffic: 2000 });
  stack.push(async () => sandbox[Symbol.asyncDispose]());
  const control = await listening('SANDBOX_CONTROL_PORT', startSandboxControl(sandbox, backend.controlPort));
  stack.push(async () => control[Symbol.asyncDispose]());
  const { url } = sandbox.node('node-1');
  return { sandbox, control, backend: { kind: 'harper', origin: url, displayUrl: url, tls: { verify: true } } };
}
