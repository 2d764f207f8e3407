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
import { nextTask } from './next-task.ts';
import type { Session } from './session.ts';

/** The cluster as it is, with what follows from that. */
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

/** What follows from a state of the cluster, and is worked out before that is shown. */
interface Derived {
  readonly summary: Summary;
  readonly counts: Counts;
  readonly problems: readonly Problem[];
}

const NONE: readonly Problem[] = [];

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

  const follows = signal<Derived | undefined>(undefined);
  /** The last that came, as long as any is worked on. */
  let pending: Cluster | undefined;
  let generation = 0;

  function take(next: Cluster): void {
    if (pending === undefined) work(next).catch((error: unknown) => reportError(error));
    pending = next;
  }

  /** Each step in a task of its own: for a large state each takes long enough for a frame. */
  async function work(first: Cluster): Promise<void> {
    try {
      for (let next: Cluster | undefined = first; next !== undefined; next = pending === next ? undefined : pending)
        await workOut(next);
    } finally {
      pending = undefined;
    }
  }

  async function workOut(next: Cluster): Promise<void> {
    const mine = generation;
    await nextTask();
    const filled = fillSinces(next, clock.time());
    await nextTask();
    const problems = problemsOf(filled);
    await nextTask();
    const derived = { problems, counts: countsOf(filled), summary: summaryOf(filled) };
    await nextTask();
    // Nobody may see it any more where the login was changed meanwhile.
    if (mine === generation) show(filled, derived);
  }

  function show(next: Cluster, derived: Derived): void {
    batch(() => {
      if (cluster.value?.freshness !== next.freshness) freshnessSince.value = clock.time();
      cluster.value = next;
      follows.value = derived;
      refusal.value = undefined;
    });
  }

  return {
    cluster,
    refusal,
    trust,
    summary: computed(() => follows.value?.summary),
    counts: computed(() => follows.value?.counts),
    problems: computed(() => follows.value?.problems ?? NONE),
    follow(live) {
      begun.value = clock.time();
      let asked = MIN_INTERVAL_MS;
      let wanted = MIN_INTERVAL_MS;
      live.follow({
        document: LiveClusterDocument,
        variables() {
          asked = wanted;
          return { minIntervalMs: asked };
        },
        onData(data) {
          take(data.cluster);
          wanted = data.cluster.links.length > LARGE_LINKS ? LARGE_INTERVAL_MS : MIN_INTERVAL_MS;
        },
        isOutdated: () => asked !== wanted,
        onError(error) {
          if (error.code === 'UNAUTHENTICATED') {
            session.expire();
            return 'stop';
          }
          if (error.code !== 'FORBIDDEN') return 'later';
          generation += 1;
          batch(() => {
            refusal.value = error;
            cluster.value = undefined;
            follows.value = undefined;
          });
          return 'stop';
        },
      });
    },
    reset() {
      generation += 1;
      batch(() => {
        cluster.value = undefined;
        follows.value = undefined;
        fillSinces = createFirstSeen();
        refusal.value = undefined;
        freshnessSince.value = undefined;
        begun.value = clock.time();
      });
    },
  };
}
