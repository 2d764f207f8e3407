import process from 'node:process';
import { Writable } from 'node:stream';
import type { GraphQLSchema } from 'graphql';
import { forwarded } from '../../src/auth/credentials.ts';
import { createCluster } from '../../src/cluster/cluster.ts';
import { readConfig } from '../../src/config/config.ts';
import { VERSION } from '../../src/gateway.ts';
import { createMutationLog } from '../../src/live/changelog/audit/mutation-log.ts';
import { createHub } from '../../src/live/hub.ts';
import { createAuditLog } from '../../src/mutations/audit.ts';
import { createLocks } from '../../src/mutations/locks.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createContext, type GatewayInfo } from '../../src/schema/context.ts';
import { schema as gatewaySchema } from '../../src/schema/schema.ts';
import { SYSTEM_CLOCK } from '../../src/util/clock.ts';
import { createTimeSlices } from '../../src/util/time-slices.ts';
import { start } from '../support/process.ts';

/* All that the differential test knows of the gateway's own code. */

/** The schema of the gateway. */
export const schema: GraphQLSchema = gatewaySchema;

/** The gateway as a process of its own. */
export interface Product extends AsyncDisposable {
  /** Address of its GraphQL endpoint. */
  readonly url: string;
  /** Everything that it has printed and logged. */
  readonly output: () => string;
  /** Settles when it has ended, by itself too. */
  readonly ended: Promise<unknown>;
}

/** Limits that random documents would exceed. */
const WIDE = {
  MAX_DEPTH: '100',
  MAX_ALIASES: '1000',
  MAX_COST: '10000000',
  MAX_DOCUMENT_TOKENS: '100000',
  MAX_DOCUMENT_LENGTH: '1000000',
  MAX_HEADER_BYTES: '1048576',
  RATE_LIMIT: '100000000',
  MAX_SOCKETS_PER_ADDRESS: '1000000',
  MAX_SOCKETS_PER_CALLER: '1000000',
  MAX_SUBSCRIPTIONS_PER_SOCKET: '100000',
  MAX_SUBSCRIPTIONS_PER_CALLER: '1000000',
  MAX_DISTINCT_SUBSCRIPTIONS_PER_CALLER: '1000000',
};

/**
 * Starts the gateway in front of a Harper, with every other setting as it is by default.
 * @param settings settings that differ
 */
export async function startProduct(harperUrl: string, settings: Record<string, string> = {}): Promise<Product> {
  const environment = { ...WIDE, HARPER_URL: harperUrl, PORT: '0', LOG_LEVEL: 'error', ...settings };
  const program = start(process.execPath, ['src/cli.ts'], environment);
  const [, url = ''] = await program.until(/GraphiQL +(\S+)/);
  return {
    url,
    output: program.output,
    ended: program.ended,
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

/** Makes contexts for plain execution of the schema. */
export interface OracleContexts extends AsyncDisposable {
  /** A context for one operation. */
  create(): object;
}

/** Creates what makes contexts by the gateway's own factory, over a client of the same Harper. */
export function createOracleContexts(harperUrl: string, authorization: string): OracleContexts {
  const { settings, backend } = readConfig({ HARPER_URL: harperUrl, LOG_LEVEL: 'silent' });
  if (backend.kind !== 'harper') throw new Error('the configuration names no Harper');
  const logger = createLogger(settings.LOG_LEVEL, new Writable({ write: (_, __, done) => done() }));
  const slices = createTimeSlices(SYSTEM_CLOCK);
  const cluster = createCluster({
    ...{ backend, settings, slices, logger },
    clock: SYSTEM_CLOCK,
    traceHeaders: () => ({}),
    onCall: () => undefined,
    onRetry: () => undefined,
    onReachability: () => undefined,
  });
  const thresholds = {
    lag: settings.LAG_THRESHOLD,
    backPressure: settings.BACK_PRESSURE_THRESHOLD,
    liveness: settings.LIVENESS_THRESHOLD,
  };
  const hub = createHub({
    nodes: cluster.watched,
    graces: { change: 1000, recovery: 13_000, cut: 30_000 },
    thresholds,
    interval: settings.POLL_INTERVAL,
    capacity: settings.FEED_CAPACITY,
    linger: settings.WATCH_LINGER,
    onFault: (error) => {
      throw error;
    },
  });
  const gateway: GatewayInfo = {
    version: VERSION,
    startedAt: new Date(),
    mode: 'FORWARD',
    warnings: [],
    pollInterval: settings.POLL_INTERVAL,
    writeTimeout: settings.WRITE_TIMEOUT,
    thresholds,
    clock: SYSTEM_CLOCK,
    locks: createLocks(),
    stopping: new AbortController().signal,
    track: (change) => change,
  };
  const caller = {
    name: null,
    role: null,
    credentials: forwarded(authorization),
    key: 'oracle',
    onEnded: () => () => undefined,
  };
  const records = createMutationLog({ capacity: settings.FEED_CAPACITY, clock: SYSTEM_CLOCK });
  const auditLog = createAuditLog(logger, SYSTEM_CLOCK, records);
  const services = { cluster, hub, slices, gateway, history: undefined, auditLog };
  return {
    create: () => createContext(services, { requestId: 'oracle', caller }),
    async [Symbol.asyncDispose]() {
      hub.stop();
      await cluster.close(0);
    },
  };
}
