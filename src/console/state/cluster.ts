import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { ApiError } from '../api/errors.ts';
import type { Live } from '../api/live.ts';
import { LiveClusterDocument } from '../graphql/graphql.ts';
import { type Cluster, timeOf } from '../model/cluster.ts';
import { createFirstSeen } from '../model/first-seen.ts';
import type { Problem } from '../model/problem.ts';
import { problemsOf } from '../model/problems.ts';
import { type Counts, countsOf, type Summary, summaryOf } from '../model/summary.ts';
import { type Trust, trustOf } from '../model/trust.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import type { Session } from './session.ts';

/** The cluster as it is, with what follows from that. What nobody shows is not worked out. */
export interface ClusterStore {
  /** undefined before the first has come. */
  readonly cluster: ReadonlySignal<Cluster | undefined>;
  /** Why the login may not see the cluster; undefined where it may. */
  readonly refusal: ReadonlySignal<ApiError | undefined>;
  readonly trust: ReadonlySignal<Trust>;
  readonly summary: ReadonlySignal<Summary | undefined>;
  readonly counts: ReadonlySignal<Counts | undefined>;
  readonly problems: ReadonlySignal<readonly Problem[]>;
  follow(live: Live): void;
  reset(): void;
}

/** Milliseconds between two events at least: what is known is shown well within two seconds. */
const MIN_INTERVAL_MS = 500;
/** The same for a cluster whose every event is hundreds of kilobytes. */
const LARGE_INTERVAL_MS = 1000;
const LARGE_LINKS = 1000;

export function createClusterStore(
  session: Session,
  { socket, heardAt }: Pick<Connection, 'socket' | 'heardAt'>,
  clock: Clock,
): ClusterStore {
  const cluster = signal<Cluster | undefined>(undefined);
  const refusal = signal<ApiError | undefined>(undefined);
  const begun = signal(clock.time());
  let fillSinces = createFirstSeen();
  const freshnessSince = signal<number | undefined>(undefined);

  const trust = computed(() => {
    const { value: whole } = cluster;
    const { value: who } = session.state;
    return trustOf({
      begun: begun.value,
      heardAt: heardAt.value,
      cutSince: socket.value.kind === 'cut' ? socket.value.since : undefined,
      expiredSince: who.kind === 'expired' ? who.since : undefined,
      freshness: whole?.freshness,
      freshnessSince: freshnessSince.value,
      observedAt: timeOf(whole?.observedAt),
    });
  });

  let pending: Cluster | undefined;

  /** Shown in a task of its own: reading a large state takes one long enough for a frame. */
  function take(next: Cluster): void {
    if (pending === undefined) setTimeout(show);
    pending = next;
  }

  function show(): void {
    const next = pending;
    pending = undefined;
    // Nobody may see it any more where the login was changed meanwhile.
    if (next === undefined) return;
    batch(() => {
      if (cluster.value?.freshness !== next.freshness) freshnessSince.value = clock.time();
      cluster.value = fillSinces(next, clock.time());
      refusal.value = undefined;
    });
  }

  return {
    cluster,
    refusal,
    trust,
    summary: computed(() => cluster.value && summaryOf(cluster.value)),
    counts: computed(() => cluster.value && countsOf(cluster.value)),
    problems: computed(() => (cluster.value ? problemsOf(cluster.value) : [])),
    follow(live) {
      begun.value = clock.time();
      live.follow({
        document: LiveClusterDocument,
        variables: () => ({
          minIntervalMs: (cluster.value?.links.length ?? 0) > LARGE_LINKS ? LARGE_INTERVAL_MS : MIN_INTERVAL_MS,
        }),
        onData: (data) => take(data.cluster),
        onError(error) {
          if (error.code === 'UNAUTHENTICATED') {
            session.expire();
            return 'stop';
          }
          if (error.code !== 'FORBIDDEN') return 'later';
          pending = undefined;
          batch(() => {
            refusal.value = error;
            cluster.value = undefined;
          });
          return 'stop';
        },
      });
    },
    reset() {
      pending = undefined;
      batch(() => {
        cluster.value = undefined;
        fillSinces = createFirstSeen();
        refusal.value = undefined;
        freshnessSince.value = undefined;
        begun.value = clock.time();
      });
    },
  };
}
