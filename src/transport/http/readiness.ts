import type { MemoryGuard } from '../../observability/memory.ts';

/** Answers of /ready: whether requests should be sent here, and why not. */
export type Readiness =
  | { readonly ready: true; readonly memory?: 'high' }
  | { readonly ready: false; readonly reason: 'stopping' | 'harper' | 'memory'; readonly message: string };

export interface ReadinessOptions {
  /** Asks Harper whether it is there; rejects with why it is not. */
  readonly ping: (signal: AbortSignal) => Promise<void>;
  /** Fires when the gateway stops. */
  readonly stopping: AbortSignal;
  readonly memory: Pick<MemoryGuard, 'state'>;
}

/** Milliseconds for which Harper is waited for, and for which its answer is taken as still true. */
const TIMEOUT = 2000;
const MAX_AGE = 1000;

/** Creates the answer of /ready. Many who ask at once cost one question. */
export function createReadiness({ ping, stopping, memory }: ReadinessOptions): () => Promise<Readiness> {
  let last: { readonly at: number; readonly answer: Promise<Readiness> } | undefined;

  async function ask(): Promise<Readiness> {
    try {
      await ping(AbortSignal.timeout(TIMEOUT));
      return { ready: true };
    } catch (error) {
      const { name, message } = error as Error;
      return {
        ready: false,
        reason: 'harper',
        message: name === 'TimeoutError' ? 'Harper gave no answer in time.' : message,
      };
    }
  }

  return async () => {
    if (stopping.aborted) return { ready: false, reason: 'stopping', message: 'The gateway is stopping.' };
    const { state } = memory;
    if (state === 'short') {
      return { ready: false, reason: 'memory', message: 'The gateway is short of memory: it opens no new stream.' };
    }
    if (last === undefined || performance.now() - last.at > MAX_AGE) last = { at: performance.now(), answer: ask() };
    const answer = await last.answer;
    return answer.ready && state === 'high' ? { ready: true, memory: 'high' } : answer;
  };
}
