import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { ApiError } from '../api/errors.ts';
import type { Live } from '../api/live.ts';
import { LiveClusterDocument } from '../graphql/graphql.ts';
import { type Cluster, type ClusterEvent, clusterOf, isLarge, linkCount, timeOf } from '../model/cluster.ts';
import { createFirstSeen } from '../model/first-seen.ts';
import type { Problem } from '../model/problem.ts';
import { problemsOf } from '../model/problems.ts';
import { type Counts, countsOf, type Summary, summaryOf } from '../model/summary.ts';
import { type Trust, trustOf } from '../model/trust.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import { nextFrame } from './next-frame.ts';
import type { Session } from './session.ts';

/** The cluster as it is, with what follows from that. */
export interface ClusterStore {
  /** undefined before the first has come. */
  readonly cluster: ReadonlySignal<Cluster | undefined>;
  /** Why the login may not see the cluster; undefined where it may. */
  readonly refusal: ReadonlySignal<ApiError | undefined>;
  /** Why the gateway has ended the stream of the cluster; undefined where it has not, or tells again. */
  readonly failure: ReadonlySignal<ApiError | undefined>;
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

/** Milliseconds without a word after which the page itself has not run: a silent socket is closed sooner. */
const SILENT_MS = 15_000;

/** A state of the cluster, with the login and the stream that it came by. */
interface Told {
  readonly event: ClusterEvent;
  readonly login: number;
  readonly stream: number;
}

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
  const failure = signal<ApiError | undefined>(undefined);
  const begun = signal(clock.time());
  let fillSinces = createFirstSeen();
  const freshnessSince = signal<number | undefined>(undefined);
  const untoldSince = signal<number | undefined>(undefined);
  const isSilent = computed(() => heardAt.value !== undefined && clock.now.value - heardAt.value > SILENT_MS);

  const trust = computed(() => {
    const { value: whole } = cluster;
    const { value: who } = session.state;
    return trustOf({
      begun: begun.value,
      heardAt: heardAt.value,
      cutSince: socket.value.kind === 'cut' ? socket.value.since : isSilent.value ? heardAt.value : undefined,
      expiredSince: who.kind === 'expired' ? who.since : undefined,
      untoldSince: untoldSince.value,
      freshness: whole?.freshness,
      freshnessSince: freshnessSince.value,
      observedAt: timeOf(whole?.observedAt),
    });
  });

  const follows = signal<Derived | undefined>(undefined);
  /** The last that came, as long as any is worked on. */
  let pending: Told | undefined;
  /** Count the logins and the streams: nobody may see what another login was told, and an old stream tells no more. */
  let login = 0;
  let stream = 0;

  function breakOff(since: number): void {
    stream += 1;
    untoldSince.value ??= since;
  }

  function take(event: ClusterEvent): void {
    const told = { event, login, stream };
    if (pending === undefined) {
      work(told).catch((error: unknown) => {
        untoldSince.value ??= clock.time();
        reportError(error);
      });
    }
    pending = told;
  }

  /** Each step in a frame of its own: for a large state each takes long enough for one. */
  async function work(first: Told): Promise<void> {
    try {
      for (let next: Told | undefined = first; next !== undefined; next = pending === next ? undefined : pending)
        await workOut(next);
    } finally {
      pending = undefined;
    }
  }

  async function workOut(told: Told): Promise<void> {
    await nextFrame();
    const filled = fillSinces(clusterOf(told.event), clock.time());
    await nextFrame();
    const problems = problemsOf(filled);
    await nextFrame();
    const derived = { problems, counts: countsOf(filled), summary: summaryOf(filled) };
    await nextFrame();
    if (told.login === login) show(filled, derived, told.stream === stream);
  }

  function show(next: Cluster, derived: Derived, isNow: boolean): void {
    batch(() => {
      if (isNow) untoldSince.value = undefined;
      if (isNow) failure.value = undefined;
      if (cluster.value?.freshness !== next.freshness) freshnessSince.value = clock.time();
      cluster.value = next;
      follows.value = derived;
      refusal.value = undefined;
    });
  }

  return {
    cluster,
    refusal,
    failure,
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
          // Who asks for other events only has missed nothing.
          if (asked === wanted) {
            const now = socket.peek();
            breakOff(now.kind === 'cut' ? now.since : clock.time());
            // What was so before may have been otherwise meanwhile.
            fillSinces = createFirstSeen();
          }
          asked = wanted;
          return { minIntervalMs: asked };
        },
        onData(data) {
          take(data.cluster);
          wanted = isLarge(linkCount(data.cluster)) ? LARGE_INTERVAL_MS : MIN_INTERVAL_MS;
        },
        isOutdated: () => asked !== wanted,
        onError(error) {
          breakOff(clock.time());
          if (error.code === 'UNAUTHENTICATED') {
            session.expire();
            return 'stop';
          }
          if (error.code !== 'FORBIDDEN') {
            failure.value = error;
            return 'later';
          }
          login += 1;
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
      login += 1;
      batch(() => {
        cluster.value = undefined;
        follows.value = undefined;
        untoldSince.value = undefined;
        failure.value = undefined;
        refusal.value = undefined;
        freshnessSince.value = undefined;
        begun.value = clock.time();
      });
    },
  };
}
