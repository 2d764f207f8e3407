import { readFileSync } from 'node:fs';
import { createAdmission } from './auth/admission.ts';
import { startAuthenticator } from './auth/start-authenticator.ts';
import { startRateLimits } from './auth/start-rate-limits.ts';
import { type Cluster, createCluster } from './cluster/cluster.ts';
import type { HarperBackend } from './config/backend.ts';
import type { Config } from './config/config.ts';
import { warningsOf } from './config/warnings.ts';
import { createFastPath } from './graphql/fast-path/fast-path.ts';
import { createLimits } from './graphql/limits.ts';
import { createPipeline } from './graphql/pipeline.ts';
import { readTrustedDocuments } from './graphql/trusted-documents.ts';
import { operations } from './harper/operations.ts';
import { createMutationLog } from './live/changelog/audit/mutation-log.ts';
import type { History } from './live/changelog/history.ts';
import { startHistory } from './live/changelog/start-history.ts';
import { createHub } from './live/hub.ts';
import { keepWatching } from './live/keep-watching.ts';
import { createCallCounter, createScrape, gaugeValuesOf, historyValuesOf } from './live/observe.ts';
import { createAuditLog } from './mutations/audit.ts';
import { createLocks, type Locks } from './mutations/locks.ts';
import { createSharedLocks } from './mutations/shared-locks.ts';
import { createFaultReport, type ReportFault } from './observability/faults.ts';
import { createLogger, type Logger } from './observability/logger.ts';
import { type ProcessMemory, startMemoryGuard, UNMEASURED } from './observability/memory.ts';
import { createMetrics, type Metrics } from './observability/metrics.ts';
import { NO_TRACING, startTracing, type Tracing } from './observability/tracing.ts';
import { openRedis } from './redis/open-redis.ts';
import type { Redis } from './redis/redis.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { type ContextServices, createContext, type GatewayInfo, type RequestInfo } from './schema/context.ts';
import { schema } from './schema/schema.ts';
import { type ConsoleFiles, openConsoleFiles } from './transport/console/files.ts';
import { createHealth } from './transport/http/health.ts';
import { createReadiness, warnUnlessReady } from './transport/http/readiness.ts';
import { startTransport, type Transport } from './transport/transport.ts';
import { type Clock, SYSTEM_CLOCK, sleep } from './util/clock.ts';
import { listening } from './util/listening.ts';
import { createRunningWork } from './util/running-work.ts';
import { createStopSequence, type StopSequence } from './util/stop-sequence.ts';
import { createTimeSlices, type TimeSlices } from './util/time-slices.ts';

/** A running gateway. Disposing of it stops it gracefully. */
export interface Gateway extends AsyncDisposable {
  /** Address of the GraphQL endpoint and of GraphiQL. */
  readonly url: string;
  /** Address of the console; undefined where it is switched off, or was never built. */
  readonly consoleUrl: string | undefined;
  /** The embedded cluster, where there is one. */
  readonly sandbox: Sandbox | undefined;
  /** Address by which sandbox nodes are taken down and brought back. */
  readonly sandboxControlUrl: string | undefined;
  /**
   * Logs and counts an error that nothing has handled. Whoever runs the gateway calls it from the handlers of
   * `uncaughtException` and `unhandledRejection`, and stops the gateway.
   */
  readonly reportFault: ReportFault;
}

export interface GatewayOptions {
  /** Where to log; JSON lines on standard output at the configured level when left out. */
  readonly logger?: Logger;
  /** Keep mutations apart; the same for gateways of one Harper in this process, new ones when left out. */
  readonly locks?: Locks;
  /** What the process takes and may take; when left out, only its heap is watched. */
  readonly memory?: ProcessMemory;
  /** What everything that waits takes the time from; that of the machine when left out. */
  readonly clock?: Clock;
  /** Where the built console is, with a slash at its end; that of this package when left out. */
  readonly consoleFolder?: URL;
}

/** Milliseconds that the last traces have to be sent in, when all other time is over. */
const LAST_TRACES = 1000;

/** Where `npm ci` has put the console. It is beside both src/ and dist/. */
const CONSOLE_FOLDER = new URL('../dist-console/', import.meta.url);

/** Version of this package. */
export const VERSION: string = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

/**
 * Starts the gateway, on the sandbox where the configuration names no Harper.
 * @throws when a port cannot be listened on, or a file is wrong; nothing is left running then
 */
export async function startGateway(config: Config, options: GatewayOptions = {}): Promise<Gateway> {
  const { logger = createLogger(config.settings.LOG_LEVEL), clock = SYSTEM_CLOCK } = options;
  const { locks: local = createLocks(clock), memory = UNMEASURED, consoleFolder = CONSOLE_FOLDER } = options;
  const onError = (error: unknown) => logger.error({ err: error }, 'A part did not stop cleanly');
  const parts = createStopSequence(config.settings.SHUTDOWN_TIMEOUT, onError, clock);
  try {
    const { control, ...opened } = await openBackend(config, parts);
    let services: ContextServices | undefined;
    const nodes = () => services?.cluster.nodes.all ?? [];
    const metrics = createMetrics(gaugeValuesOf(() => services?.hub, nodes));
    const slices = createTimeSlices(clock);
    const tracing = await openTracing(config, parts, clock);
    const redis = await openRedis(config, clock, logger);
    if (redis !== undefined) parts.add(() => redis.close());
    const { settings, redis: redisConfig } = config;
    const consoleFiles = settings.CONSOLE ? openConsoleFiles(consoleFolder, logger) : undefined;
    const base = { config, logger, clock, memory, metrics, slices, parts, ...opened, tracing, redis, consoleFiles };
    const locks = redis === undefined ? local : createSharedLocks({ redis, local, clock, logger });
    const history = await startHistory({ settings, redis, redisConfig, clock, logger });
    if (history !== undefined) {
      parts.add((left) => history.stop(left));
      metrics.showHistory(() => historyValuesOf(history));
    }
    services = createServices(base, openCluster(base), locks, history);
    const { url, consoleUrl } = await startCallers(base, services);
    return {
      ...{ url, consoleUrl, sandbox: opened.sandbox, sandboxControlUrl: control?.url },
      reportFault: createFaultReport(logger, metrics),
      [Symbol.asyncDispose]: () => parts.stop(config.settings.SHUTDOWN_DELAY),
    };
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

/** What every builder below works with. */
interface Base {
  readonly config: Config;
  readonly backend: HarperBackend;
  readonly sandbox: Sandbox | undefined;
  readonly memory: ProcessMemory;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  /** What this gateway shares with others; undefined where it is alone. */
  readonly redis: Redis | undefined;
  readonly consoleFiles: ConsoleFiles | undefined;
  /** The time of the event loop that long work shares. */
  readonly slices: TimeSlices;
  readonly parts: StopSequence;
}

async function openBackend({ backend }: Config, parts: StopSequence) {
  if (backend.kind === 'harper') return { backend, sandbox: undefined, control: undefined };
  // Loaded where it is wanted only: a gateway of a real cluster starts without it.
  const [{ startSandbox }, { startSandboxControl }] = await Promise.all([
    import('./sandbox/sandbox.ts'),
    import('./sandbox/control.ts'),
  ]);
  const sandbox = await startSandbox({ nodes: backend.nodes, spares: 1, dialect: backend.dialect, traffic: 2000 });
  parts.add(async () => sandbox[Symbol.asyncDispose]());
  const control = await listening('SANDBOX_CONTROL_PORT', startSandboxControl(sandbox, backend.controlPort));
  parts.add(async () => control[Symbol.asyncDispose]());
  const [first, ...others] = sandbox.nodes.map(({ url }) => ({ origin: url, displayUrl: url }));
  if (first === undefined) throw new Error('The sandbox has no node.');
  const own: HarperBackend = { kind: 'harper', ...first, others, tls: { verify: true } };
  return { sandbox, control, backend: own };
}

async function openTracing({ settings }: Config, parts: StopSequence, clock: Clock): Promise<Tracing> {
  const collector = settings.OTEL_EXPORTER_OTLP_ENDPOINT;
  const tracing = collector === undefined ? NO_TRACING : await startTracing(collector, VERSION);
  // A collector that does not answer is not waited for when the time is over.
  parts.add((left) => Promise.race([tracing.stop(), sleep(clock, Math.max(left, LAST_TRACES), 'background')]));
  return tracing;
}

function openCluster({ config, backend, logger, clock, metrics, slices, tracing, parts, redis }: Base): Cluster {
  const cluster = createCluster({
    ...{ backend, clock, slices, logger, redis },
    settings: config.settings,
    traceHeaders: tracing.headers,
    onCall: createCallCounter(metrics),
    onRetry: ({ address }) => metrics.upstreamRetries.inc({ node: address.displayUrl, operation: 'cluster_status' }),
    onReachability({ reachable, lastError }, { name, address }) {
      const node = { node: name, url: address.displayUrl };
      if (reachable) logger.info(node, 'Harper answers again');
      else logger.warn({ ...node, reason: lastError }, 'Harper does not answer');
    },
  });
  parts.add((left) => cluster.close(left));
  return cluster;
}

/** Creates what resolvers work with: queries, mutations and live readers of one Harper. */
function createServices(base: Base, cluster: Cluster, locks: Locks, history: History | undefined): ContextServices {
  const { config, backend, sandbox, logger, clock, metrics, slices, parts } = base;
  const { settings } = config;
  const warnings = warningsOf(backend, config);
  for (const warning of warnings) logger.warn(warning);
  const running = createRunningWork(clock);
  // Also those whose callers have left, which no request waits for any more.
  parts.add(running.finished);
  const thresholds = {
    lag: settings.LAG_THRESHOLD,
    backPressure: settings.BACK_PRESSURE_THRESHOLD,
    liveness: settings.LIVENESS_THRESHOLD,
  };
  const gateway: GatewayInfo = {
    version: VERSION,
    startedAt: new Date(clock.date()),
    mode: sandbox ? 'SANDBOX' : backend.login === undefined ? 'FORWARD' : 'SERVICE',
    warnings,
    pollInterval: settings.POLL_INTERVAL,
    writeTimeout: settings.WRITE_TIMEOUT,
    thresholds,
    clock,
    locks,
    stopping: parts.stopping,
    track: running.track,
  };
  const onFault = (error: unknown) => {
    metrics.faults.inc({ part: 'live' });
    logger.error({ err: error }, 'The live status could not be worked out');
  };
  const hub = createHub({
    ...{ slices, clock, history, onFault },
    nodes: cluster.watched,
    thresholds,
    interval: settings.POLL_INTERVAL,
    graces: { change: settings.CHANGE_GRACE, recovery: settings.RECOVERY_GRACE, cut: settings.CUT_GRACE },
    capacity: settings.FEED_CAPACITY,
    linger: settings.WATCH_LINGER,
  });
  const watch = settings.WATCH ?? (history === undefined ? 'demand' : 'always');
  if (watch === 'always' && backend.login !== undefined) {
    const stopWatching = keepWatching(hub, clock, onFault);
    parts.add(async () => stopWatching());
  }
  const records = history?.mutations ?? createMutationLog({ capacity: settings.FEED_CAPACITY, clock });
  return {
    ...{ cluster, hub, slices, gateway, history },
    auditLog: createAuditLog(logger, clock, records),
  };
}

/** Starts what clients meet: who they are, and the transports. */
async function startCallers(base: Base, services: ContextServices): Promise<Transport> {
  const { config, backend, sandbox, memory, logger, clock, metrics, slices, tracing, redis, parts } = base;
  const { settings, callers, metricsToken, trustedDocuments } = config;
  const { cluster, hub } = services;
  const pipeline = createPipeline({
    ...{ schema, settings, logger, metrics, tracing },
    createContext: (request: RequestInfo) => createContext(services, request),
    trusted: trustedDocuments && readTrustedDocuments(trustedDocuments, base.consoleFiles?.documents),
  });
  const shared = redis && { redis, secret: config.redis?.secret };
  const rates = startRateLimits({ settings, shared, logger, clock });
  parts.add(async () => rates.stop());
  const authenticator = startAuthenticator({
    callers,
    maxFailures: settings.LOGIN_FAILURES,
    maxFailuresInAll: settings.LOGIN_FAILURES_IN_ALL,
    hasAccepted: cluster.hasAccepted,
    verify: (credentials) => cluster.read(operations.userInfo, credentials),
    ...{ shared, logger, clock },
  });
  parts.add(async () => authenticator.stop());
  const guard = startMemoryGuard({ limit: settings.MEMORY_LIMIT, memory, logger, metrics, clock });
  parts.add(async () => guard[Symbol.dispose]());
  const limits = createLimits(settings, { logger, memory: guard, clock });
  metrics.showHeld(() => limits.held);
  const readiness = createReadiness({
    ping: cluster.ping,
    nodes: cluster.nodes,
    ...(backend.login && { checkOwnLogin: (signal: AbortSignal) => cluster.checkOwnLogin(signal) }),
    readyWithoutHarper: settings.READY_WITHOUT_HARPER,
    stopping: parts.stopping,
    memory: guard,
    clock,
  });
  // Requests that are traced are executed one by one.
  const hasFastPath = settings.FAST_PATH && settings.OTEL_EXPORTER_OTLP_ENDPOINT === undefined;
  const started = await listening(
    'PORT',
    startTransport({
      ...{ config, schema, pipeline, slices, logger, clock, metrics, tracing },
      ...{ limits, consoleFiles: base.consoleFiles, version: VERSION },
      admission: createAdmission(authenticator, rates),
      fastPath: hasFastPath ? createFastPath({ pipeline, awaitStatus: cluster.awaitStatus }) : undefined,
      health: createHealth({
        readiness,
        scrape: settings.METRICS ? createScrape(metrics, hub, backend.login !== undefined) : undefined,
        metricsToken,
      }),
      graphiql: {
        auth: callers.kind === 'service' ? 'token' : callers.kind === 'anyone' ? 'none' : 'password',
        spareNode: sandbox?.nodes.at(-1)?.name ?? 'node-4',
        ...(sandbox && { login: { username: 'admin', password: 'sandbox' } }),
      },
    }),
  );
  // Whoever starts a gateway is told at once what would otherwise be met by its first caller.
  warnUnlessReady(readiness, logger);
  // Stops first: running requests still need the client, and the client the sandbox.
  parts.add(async (left) => {
    const cut = await started.stop(left, () => hub.stop());
    if (cut > 0) logger.warn({ requests: cut }, 'Requests were still running when the shutdown timeout was over');
  });
  return started;
}
