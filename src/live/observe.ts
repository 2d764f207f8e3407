import type { CallReport } from '../harper/client.ts';
import { OWN_LOGIN } from '../harper/login.ts';
import type { Metrics, Readings } from '../observability/metrics.ts';
import type { Hub } from './hub.ts';

/** What the metrics read off the live watches. */
export function readingsOf(hub: () => Hub): Readings {
  return {
    watchers: () => hub().watchers.length,
    subscribers: () => hub().facts.subscribers,
    staleness() {
      const ages = hub().watchers.flatMap(({ staleness }) => staleness ?? []);
      return ages.length === 0 ? undefined : Math.max(...ages) / 1000;
    },
    *sockets() {
      // Watches differ in who reads, not in what is seen: one of them is enough.
      const snapshot = hub().watchers.find((watcher) => watcher.snapshot !== undefined)?.snapshot;
      for (const { name: peer, databaseSockets } of snapshot?.status.connections ?? []) {
        for (const { database, connected, latency, lag } of databaseSockets)
          yield { peer, database, connected, latency, lag };
      }
    },
  };
}

/** Creates the counter of calls of Harper. Children of metrics are looked up by their labels once: this runs with every call. */
export function createCallCounter({ upstreamSeconds, upstreamFailures, upstreamShared }: Metrics) {
  const seconds = childrenOf((operation: string) => upstreamSeconds.labels(operation));
  const shared = childrenOf((operation: string) => upstreamShared.labels(operation));
  return ({ operation, failure, seconds: taken }: CallReport): void => {
    if (taken === undefined) shared(operation).inc();
    else seconds(operation).observe(taken);
    if (failure !== undefined) upstreamFailures.inc({ operation, code: failure });
  };
}

function childrenOf<T>(make: (label: string) => T): (label: string) => T {
  const children = new Map<string, T>();
  return (label) => {
    const known = children.get(label) ?? make(label);
    children.set(label, known);
    return known;
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
 * @param watch keeps the cluster watched, with the gateway's own login, as long as somebody reads: so its gauges are there without
 * any viewer
 */
export function createScrape({ registry }: Metrics, hub: Hub, watch: boolean): Scrape {
  let leave: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  async function keepWatched(): Promise<void> {
    const watcher = hub.watch(OWN_LOGIN);
    const entered = watcher.enter();
    leave?.();
    leave = entered;
    clearTimeout(timer);
    timer = setTimeout(entered, WATCHED_FOR).unref();
    if (watcher.snapshot === undefined) await watcher.fresh();
  }
  return {
    contentType: registry.contentType,
    async read() {
      if (watch) await keepWatched();
      return registry.metrics();
    },
  };
}
