import { OWN_CREDENTIALS } from '../auth/credentials.ts';
import { wantedSockets } from '../cluster/state.ts';
import type { CallReport } from '../harper/client.ts';
import type { GaugeValues, Metrics } from '../observability/metrics.ts';
import type { Timer } from '../util/clock.ts';
import type { Hub } from './hub.ts';

/** What the gauges show of the live watches. */
export function gaugeValuesOf(hub: () => Hub | undefined): GaugeValues {
  const watchers = () => hub()?.watchers ?? [];
  return {
    watchers: () => watchers().length,
    subscribers: () => hub()?.info.subscribers ?? 0,
    staleness() {
      const ages = watchers().flatMap(({ staleness }) => staleness ?? []);
      return ages.length === 0 ? undefined : Math.max(...ages) / 1000;
    },
    *sockets() {
      // Watches differ in who reads, not in what is seen: one of them is enough.
      const watcher = watchers().find(({ snapshots }) => snapshots.length > 0);
      for (const { snapshot } of watcher?.snapshots ?? []) {
        const { nodeName: node, connections } = snapshot.status;
        for (const peer of connections) {
          for (const { database, connected, latency, lag } of wantedSockets(peer))
            yield { node, peer: peer.name, database, connected, latency, lag };
        }
      }
    },
  };
}

/** Creates the counter of calls of Harper. This runs with every call, so metrics are looked up by their labels once. */
export function createCallCounter({ upstreamSeconds, upstreamFailures, upstreamShared }: Metrics) {
  const secondsOf = memoize((operation: string) => upstreamSeconds.labels(operation));
  const sharedOf = memoize((operation: string) => upstreamShared.labels(operation));
  return ({ operation, failure, seconds }: CallReport): void => {
    if (seconds === undefined) sharedOf(operation).inc();
    else secondsOf(operation).observe(seconds);
    if (failure !== undefined) upstreamFailures.inc({ operation, code: failure });
  };
}

function memoize<T>(create: (label: string) => T): (label: string) => T {
  const known = new Map<string, T>();
  return (label) => {
    const value = known.get(label) ?? create(label);
    known.set(label, value);
    return value;
  };
}

/** The metrics as text, as Prometheus reads it. */
export interface Scrape {
  readonly contentType: string;
  read(): Promise<string>;
}

/** Milliseconds a cluster goes on being watched after its metrics were last read. */
const WATCHED_FOR = 90_000;

/**
 * Creates the way to read the metrics.
 * @param watch whether reading them keeps the cluster watched, with the gateway's own login: so its gauges are there
 * without any viewer
 */
export function createScrape({ registry }: Metrics, hub: Hub, watch: boolean): Scrape {
  let leave: (() => void) | undefined;
  let timer: Timer | undefined;
  async function keepWatched(): Promise<void> {
    const watcher = hub.watch(OWN_CREDENTIALS);
    const leaveNew = watcher.enter();
    leave?.();
    leave = leaveNew;
    watcher.clock.clearTimeout(timer);
    timer = watcher.clock.setTimeout(leaveNew, WATCHED_FOR, 'background');
    if (watcher.snapshot === undefined) await watcher.pollNow();
  }
  return {
    contentType: registry.contentType,
    async read() {
      if (watch) await keepWatched();
      return registry.metrics();
    },
  };
}
