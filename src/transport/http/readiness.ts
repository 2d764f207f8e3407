import type { Logger } from '../../observability/logger.ts';
import type { MemoryGuard } from '../../observability/memory.ts';
import type { Clock } from '../../util/clock.ts';

/** Answers of /ready: whether requests should be sent here, and why not. */
export type Readiness =
  | {
      readonly ready: true;
      readonly memory?: 'high';
      readonly harper?: 'unreachable';
      /** Where there are several: how many there are, and how many of them answer. */
      readonly nodes?: { readonly all: number; readonly reachable: number };
    }
  | { readonly ready: false; readonly reason: 'stopping' | 'harper' | 'login' | 'memory'; readonly message: string };

export interface ReadinessOptions {
  /** Asks Harper whether it is there; rejects with why it is not. */
  readonly ping: (signal: AbortSignal) => Promise<void>;
  /**
   * Reads the cluster with the gateway's own login, and settles with why Harper refuses that; undefined where it does
   * not, or cannot be asked. Left out where the gateway has no login of its own.
   */
  readonly checkOwnLogin?: (signal: AbortSignal) => Promise<string | undefined>;
  /** The nodes that can be asked. */
  readonly nodes: { readonly all: readonly { readonly health: { readonly isIn: boolean } }[] };
  /** Whether the gateway is ready also while Harper cannot be reached (`READY_WITHOUT_HARPER`). */
  readonly readyWithoutHarper: boolean;
  /** Fires when the gateway stops. */
  readonly stopping: AbortSignal;
  readonly memory: Pick<MemoryGuard, 'state'>;
  readonly clock: Clock;
}

/** Milliseconds for which Harper is waited for, and for which its answer is taken as still true. */
const TIMEOUT = 2000;
const MAX_AGE = 1000;

/** Milliseconds for which an own login that was good is taken as good. */
const LOGIN_MAX_AGE = 10_000;

/** Creates the answer of /ready. Many who ask at once cost one question. */
export function createReadiness(options: ReadinessOptions): () => Promise<Readiness> {
  const { ping, nodes, checkOwnLogin, readyWithoutHarper, stopping, memory, clock } = options;
  let loginGoodUntil = Number.NEGATIVE_INFINITY;
  let last: { readonly at: number; readonly answer: Promise<Readiness> } | undefined;

  /** A gateway of several nodes is ready as long as it can reach one; how many it can is told. */
  function several() {
    const { length: all } = nodes.all;
    const reachable = nodes.all.filter(({ health }) => health.isIn).length;
    return all > 1 ? { nodes: { all, reachable } } : {};
  }

  async function ask(): Promise<Readiness> {
    try {
      await ping(AbortSignal.timeout(TIMEOUT));
    } catch (error) {
      if (readyWithoutHarper) return { ready: true, harper: 'unreachable' };
      const { name, message } = error as Error;
      return {
        ready: false,
        reason: 'harper',
        message: name === 'TimeoutError' ? 'Harper gave no answer in time.' : message,
      };
    }
    if (checkOwnLogin === undefined || clock.now() < loginGoodUntil) return { ready: true, ...several() };
    const refusal = await checkOwnLogin(AbortSignal.timeout(TIMEOUT));
    if (refusal !== undefined) return { ready: false, reason: 'login', message: refusal };
    loginGoodUntil = clock.now() + LOGIN_MAX_AGE;
    return { ready: true, ...several() };
  }

  return async () => {
    if (stopping.aborted) return { ready: false, reason: 'stopping', message: 'The gateway is stopping.' };
    const { state } = memory;
    if (state === 'short') {
      return { ready: false, reason: 'memory', message: 'The gateway is short of memory: it opens no new stream.' };
    }
    if (last === undefined || clock.now() - last.at > MAX_AGE) last = { at: clock.now(), answer: ask() };
    const answer = await last.answer;
    return answer.ready && state === 'high' ? { ...answer, memory: 'high' } : answer;
  };
}

/** Tells whoever starts a gateway at once what its first caller would meet otherwise. */
export function warnUnlessReady(readiness: () => Promise<Readiness>, logger: Logger): void {
  const onFault = (error: unknown) => logger.error({ err: error }, 'Unexpected error');
  readiness().then((state) => {
    const isWell = state.ready && state.harper === undefined;
    if (!isWell) logger.warn(state, 'The gateway has started, and cannot serve yet');
  }, onFault);
}
