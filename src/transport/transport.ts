import type { GraphQLSchema } from 'graphql';
import type { Admission } from '../auth/admission.ts';
import type { Config } from '../config/config.ts';
import type { FastPath } from '../graphql/fast-path/fast-path.ts';
import type { Limits } from '../graphql/limits.ts';
import type { Pipeline } from '../graphql/pipeline.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Tracing } from '../observability/tracing.ts';
import type { Clock } from '../util/clock.ts';
import type { TimeSlices } from '../util/time-slices.ts';
import { CONSOLE_PATH, createConsole } from './console/console.ts';
import type { ConsoleFiles } from './console/files.ts';
import { createGraphiQL, type GraphiQLOptions } from './graphiql/graphiql.ts';
import { createAddressOf } from './http/address.ts';
import { createCompression } from './http/compression.ts';
import { createGraphQLEndpoint } from './http/graphql.ts';
import type { Health } from './http/health.ts';
import { createLingering } from './http/lingering.ts';
import { type Listener, startListener } from './http/listener.ts';
import { createNegotiation } from './http/negotiation.ts';
import { createOrigins } from './http/origins.ts';
import { createRouter, GRAPHQL_PATH } from './http/router.ts';
import { createUnreadAnswers } from './http/unread-answers.ts';
import { createEventStreams } from './sse/event-streams.ts';
import { createWebSockets } from './websocket/websockets.ts';

export interface TransportOptions {
  readonly config: Config;
  readonly schema: GraphQLSchema;
  readonly pipeline: Pipeline;
  readonly fastPath: FastPath | undefined;
  readonly admission: Admission;
  readonly limits: Limits;
  readonly slices: TimeSlices;
  readonly health: Health;
  /** What GraphiQL's page fills in, and a node for its samples. */
  readonly graphiql: Pick<GraphiQLOptions, 'auth' | 'login' | 'spareNode'>;
  /** What the console is made of; undefined where it was never built. */
  readonly consoleFiles: ConsoleFiles | undefined;
  /** The version of the gateway. */
  readonly version: string;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Everything by which clients reach the gateway, listening. */
export interface Transport {
  /** Address of the GraphQL endpoint and of GraphiQL on this machine. */
  readonly url: string;
  /** Address of the console on this machine; undefined where it is switched off, or was never built. */
  readonly consoleUrl: string | undefined;
  /**
   * Stops: WebSockets close with 1001, `endStreams` ends the event streams, and running requests finish.
   * @param graceMs milliseconds that they may take
   * @returns how many requests were cut off after that
   */
  stop(graceMs: number, endStreams: () => void): Promise<number>;
}

/**
 * Starts HTTP, event streams, WebSockets, GraphiQL and the console on one address.
 * @throws when it cannot be listened on; nothing is left running then
 */
export async function startTransport(options: TransportOptions): Promise<Transport> {
  const { config, admission, pipeline, limits, slices, metrics, logger, clock } = options;
  const { settings } = config;
  const { MAX_BODY_BYTES: maxBodyBytes, CORS_ORIGINS: listed = [] } = settings;
  const addressOf = createAddressOf({
    trusted: settings.TRUST_PROXY,
    header: settings.PROXY_HEADER,
    ipv6Prefix: settings.IPV6_PREFIX,
  });
  const publicUrl = settings.PUBLIC_URL;
  const onFault = () => metrics.faults.inc({ part: 'http' });
  const pathPrefix = publicUrl?.path ?? '';
  const negotiation = createNegotiation();
  const origins = createOrigins({ listed, own: publicUrl?.origin, logger });
  const maxBufferBytes = settings.SOCKET_BUFFER_BYTES;
  const pingInterval = settings.SOCKET_PING_INTERVAL;
  const events = createEventStreams({ pipeline, limits, metrics, pingInterval, maxBufferBytes, clock });
  const graphql = createGraphQLEndpoint({ ...options, events, negotiation, origins, maxBodyBytes });
  const graphiql = settings.GRAPHIQL ? createGraphiQL({ ...options.graphiql, basePath: GRAPHQL_PATH }) : undefined;
  const { spareNode: _, ...pageOptions } = options.graphiql;
  const consoleOptions = { ...pageOptions, graphiql: settings.GRAPHIQL, version: options.version };
  const console = settings.CONSOLE ? createConsole(consoleOptions, options.consoleFiles) : undefined;
  const loopbackHostOnly = config.callers.kind === 'anyone';
  const router = createRouter({
    ...{ graphql, health: options.health, negotiation, origins, graphiql, console, pathPrefix, loopbackHostOnly },
  });
  const webSockets = createWebSockets({
    ...{ schema: options.schema, pipeline, admission, limits, slices, metrics, addressOf, logger, clock },
    initTimeout: settings.SOCKET_INIT_TIMEOUT,
    idleTimeout: settings.SOCKET_IDLE_TIMEOUT,
    pingInterval,
    maxMessageBytes: maxBodyBytes,
    maxBufferBytes,
  });
  let listener: Listener;
  try {
    listener = await startListener({
      ...{ tls: config.tls, host: settings.HOST, port: settings.PORT, router, webSockets, pathPrefix, logger, onFault },
      addressOf,
      clock,
      negotiation,
      compression: createCompression(settings.COMPRESSION_MIN_BYTES),
      unreadAnswers: createUnreadAnswers(limits.bytes, settings.ANSWER_TIMEOUT, clock),
      linger: createLingering(clock),
      headersTimeout: settings.HEADERS_TIMEOUT,
      handshakeTimeout: settings.HEADERS_TIMEOUT,
      requestTimeout: settings.REQUEST_TIMEOUT,
      keepAliveTimeout: settings.KEEP_ALIVE_TIMEOUT,
      maxHeaderBytes: settings.MAX_HEADER_BYTES,
      maxConnections: settings.MAX_CONNECTIONS,
      variesByOrigin: listed.length > 0,
    });
  } catch (error) {
    await webSockets.stop();
    throw error;
  }
  return {
    url: `${listener.url}${GRAPHQL_PATH}`,
    consoleUrl: console?.isBuilt ? `${listener.url}${CONSOLE_PATH}` : undefined,
    async stop(graceMs, endStreams) {
      const stopped = listener.stop(graceMs);
      await webSockets.stop();
      endStreams();
      return stopped;
    },
  };
}
