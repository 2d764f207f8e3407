import { OWN_CREDENTIALS } from '../auth/credentials.ts';
import type { ClusterAddress, NodeInfo } from '../cluster/nodes/node.ts';
import { wantedSockets } from '../cluster/state.ts';
import type { CallReport } from '../harper/client.ts';
import type { HistoryValues } from '../observability/history-gauges.ts';
import type { GaugeValues, Metrics } from '../observability/metrics.ts';
import type { Timer } from '../util/clock.ts';
import type { History } from './changelog/history.ts';
import type { Hub } from './hub.ts';

/** A node that can be asked, as the gauges need it. */
type AskedNode = Pick<ClusterAddress, 'address' | 'health'>;

/** What the gauges show of the live watches and of the nodes. */
export function gaugeValuesOf(hub: () => Hub | undefined, nodes: () => readonly AskedNode[]): GaugeValues {
  const watchers = () => hub()?.watchers ?? [];
  // Watches differ in who reads, not in what is seen: one of them is enough.
  const whole = () => watchers().find((watcher) => watcher.whole.latest !== undefined)?.whole.latest;
  return {
    watchers: () => watchers().length,
    subscribers: () => hub()?.info.subscribers ?? 0,
    staleness() {
      const ages = watchers().flatMap(({ staleness }) => staleness ?? []);
      return ages.length === 0 ? undefined : Math.max(...ages) / 1000;
    },
    *sockets() {
      const watcher = watchers().find(({ snapshots }) => snapshots.length > 0);
      for (const { snapshot } of watcher?.snapshots ?? []) {
        const { nodeName: node, connections } = snapshot.status;
        for (const peer of connections) {
          for (const { database, connected, latency, lag } of wantedSockets(peer))
            yield { node, peer: peer.name, database, connected, latency, lag };
        }
      }
    },
    reachable: () => nodes().map(({ address, health }) => [address.displayUrl, health.isIn]),
    whole() {
      const latest = whole();
      if (latest === undefined) return undefined;
      const { state, nodes: all, links, islands, disagreements } = latest.topology;
      return {
        // A cluster that cannot be read is in no state.
        state: latest.freshness === 'LOST' ? undefined : state,
        nodes: all.flatMap((node) => (node.state === 'UNASKED' ? [] : [[node.name, node.state === 'UP'] as const])),
        links: links.map((link) => link.state),
        islands: islands.filter(({ database }) => database === null).length,
        disagreements: disagreements.map(({ kind }) => kind),
      };
    },
  };
}

/** What the gauges show of the history. */
export async function historyValuesOf({ state, shared, waiting, size }: History): Promise<HistoryValues> {
  return { isKept: state.failure === null, shared, waiting, lost: state.lost, size: await size() };
}

/** Creates the counter of calls of Harper. This runs with every call, so metrics are looked up by their labels once. */
export function createCallCounter({ upstreamSeconds, upstreamFailures, upstreamShared }: Metrics) {
  const secondsOf = memoize((node, operation) => upstreamSeconds.labels(node, operation));
  const sharedOf = memoize((node, operation) => upstreamShared.labels(node, operation));
  return ({ operation, failure, seconds }: CallReport, { address }: Pick<NodeInfo, 'address'>): void => {
    const node = address.displayUrl;
    if (seconds === undefined) sharedOf(node, operation).inc();
    else secondsOf(node, operation).observe(seconds);
    if (failure !== undefined) upstreamFailures.inc({ node, operation, code: failure });
  };
}

function memoize<T>(create: (node: string, operation: string) => T): (node: string, operation: string) => T {
  const nodes = new Map<string, Map<string, T>>();
  return (node, operation) => {
    const known = nodes.get(node) ?? new Map<string, T>();
    nodes.set(node, known);
    const value = known.get(operation) ?? create(node, operation);
    known.set(operation, value);
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
  let release: (() => void) | undefined;
  let timer: Timer | undefined;
  async function keepWatched(): Promise<void> {
    const watcher = await hub.watch(OWN_CREDENTIALS);
    const releaseNew = watcher.enter();
    release?.();
    release = releaseNew;
    watcher.clock.clearTimeout(timer);
    timer = watcher.clock.setTimeout(releaseNew, WATCHED_FOR, 'background');
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
