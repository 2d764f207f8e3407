import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { defineHistoryGauges, type HistoryValues } from './history-gauges.ts';
import { defineWholeGauges, type WholeGaugeValues } from './whole-gauges.ts';

/** What the gateway counts of itself. Labels hold names of the schema and of Harper only: no client adds series. */
export interface Metrics {
  readonly registry: Registry;
  readonly requests: Counter<'operation' | 'code'>;
  readonly upstreamSeconds: Histogram<'node' | 'operation'>;
  readonly upstreamFailures: Counter<'node' | 'operation' | 'code'>;
  readonly upstreamRetries: Counter<'node' | 'operation'>;
  readonly upstreamShared: Counter<'node' | 'operation'>;
  readonly eventsSent: Counter<'transport'>;
  readonly streamsEnded: Counter<'reason'>;
  readonly faults: Counter<'part'>;
  /** Adds the gauge of what callers hold of each limit, under the name of its setting. */
  showHeld(read: () => Readonly<Record<string, number>>): void;
  /** Adds the gauges of what is kept of the changes. */
  showHistory(read: () => Promise<HistoryValues>): void;
  /** Adds the gauge of the share of its memory that the gateway takes. */
  showMemory(read: () => number): void;
}

/** What is read when somebody asks for the metrics. */
export interface GaugeValues extends WholeGaugeValues {
  watchers(): number;
  subscribers(): number;
  /** Seconds since the oldest of the last successful polls; undefined where nothing is polled. */
  staleness(): number | undefined;
  /** The sockets that replication needs, of the cluster that is watched. */
  sockets(): Iterable<{
    /** The node that says so. */
    readonly node: string;
    readonly peer: string;
    readonly database: string;
    readonly connected: boolean;
    /** Milliseconds; null where Harper does not say. */
    readonly latency: number | null;
    readonly lag: number | null;
  }>;
}

/** Creates the metrics of one gateway. */
export function createMetrics(values: GaugeValues): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, read: () => number | undefined) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const value = read();
        if (value === undefined) this.reset();
        else this.set(value);
      },
    });
  gauge('harper_gateway_watchers', 'Polls of Harper that are running.', values.watchers);
  gauge('harper_gateway_subscribers', 'Live readers.', values.subscribers);
  gauge('harper_gateway_staleness_seconds', 'Age of the oldest status that live readers see.', values.staleness);
  defineClusterGauges(registers, values);
  defineWholeGauges(registers, values);
  return {
    registry,
    requests: new Counter({
      name: 'harper_gateway_requests_total',
      help: 'Operations by root field and code; OK for a success.',
      labelNames: ['operation', 'code'],
      registers,
    }),
    upstreamSeconds: new Histogram({
      name: 'harper_gateway_upstream_seconds',
      help: 'Time Harper took for a call, failed ones included.',
      labelNames: ['node', 'operation'],
      buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 75],
      registers,
    }),
    upstreamFailures: new Counter({
      name: 'harper_gateway_upstream_failures_total',
      help: "Calls of Harper that failed, by code; OWN_LOGIN where it refuses the gateway's own login.",
      labelNames: ['node', 'operation', 'code'],
      registers,
    }),
    upstreamRetries: new Counter({
      name: 'harper_gateway_upstream_retries_total',
      help: 'Reads that were sent again because no answer came: other clients of a node can take answers away.',
      labelNames: ['node', 'operation'],
      registers,
    }),
    upstreamShared: new Counter({
      name: 'harper_gateway_upstream_shared_total',
      help: "Reads that were answered by another's call.",
      labelNames: ['node', 'operation'],
      registers,
    }),
    eventsSent: new Counter({
      name: 'harper_gateway_events_sent_total',
      help: 'Events sent to live readers.',
      labelNames: ['transport'],
      registers,
    }),
    streamsEnded: new Counter({
      name: 'harper_gateway_streams_ended_total',
      help: 'Streams that have ended, by why: client, stopping or a code.',
      labelNames: ['reason'],
      registers,
    }),
    faults: new Counter({
      name: 'harper_gateway_faults_total',
      help: "Errors in the gateway's own code, by the part of it.",
      labelNames: ['part'],
      registers,
    }),
    showHistory: (read) => defineHistoryGauges(registers, read),
    showMemory: (read) =>
      void gauge('harper_gateway_memory_share', 'Share of MEMORY_LIMIT, or of the heap limit, that is in use.', read),
    showHeld(read) {
      new Gauge({
        name: 'harper_gateway_held',
        help: 'What callers hold of a limit: permits, or bytes of MAX_HELD_BYTES.',
        labelNames: ['limit'],
        registers,
        collect() {
          for (const [limit, value] of Object.entries(read())) this.set({ limit }, value);
        },
      });
    },
  };
}

/** Gauges of the watched clusters. They are filled anew at every scrape, so that a peer that is gone has no series. */
function defineClusterGauges(registers: Registry[], { sockets }: GaugeValues): void {
  const labelNames = ['node', 'peer', 'database'] as const;
  type Socket = GaugeValues['sockets'] extends () => Iterable<infer T> ? T : never;
  const define = (name: string, help: string, read: (socket: Socket) => number | null) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const socket of sockets()) {
          const value = read(socket);
          if (value !== null) this.set({ node: socket.node, peer: socket.peer, database: socket.database }, value);
        }
      },
    });
  const seconds = (milliseconds: number | null) => milliseconds && milliseconds / 1000;
  define(
    'harper_cluster_socket_connected',
    'Whether a database socket that replication needs is connected.',
    ({ connected }) => Number(connected),
  );
  define('harper_cluster_socket_latency_seconds', 'Round trip of its last ping.', ({ latency }) => seconds(latency));
  define('harper_cluster_socket_lag_seconds', 'How old the last change received was on arrival.', ({ lag }) =>
    seconds(lag),
  );
}
