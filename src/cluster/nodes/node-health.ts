import type { Clock, Timer } from '../../util/clock.ts';
import { waitAfter } from '../../util/wait-after.ts';

/** Whether a node is one of those that are chosen from. */
export interface NodeHealth {
  readonly isIn: boolean;
  /** Since when it is as it is, in milliseconds since 1970; undefined before its first call. */
  readonly since: number | undefined;
  /** A call of it was answered, whatever the answer. */
  succeeded(): void;
  /** A call of it was not answered, or with something that is no answer. */
  failed(): void;
  /** Ends the probes. */
  stop(): void;
}

export interface NodeHealthOptions {
  /** Asks whether it is there; rejects where it is not. */
  readonly ping: (signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  /** Told of an error in our own code. */
  readonly onFault: (error: unknown) => void;
}

/** Milliseconds a probe may take. */
const PROBE_TIMEOUT = 2000;

/** Milliseconds a node has to be well until its next failure counts as its first. */
const STABLE_AFTER = 60_000;

/**
 * Creates the health of a node that was not called yet, which is in. A node that fails is out until it is reached
 * again, by a probe or by somebody who asks for it. One that fails again soon is probed later each time, so that it
 * does not come and go.
 */
export function createNodeHealth({ ping, clock, onFault }: NodeHealthOptions): NodeHealth {
  let isIn = true;
  let since: number | undefined;
  let changedAt = Number.NEGATIVE_INFINITY;
  let failures = 0;
  let timer: Timer | undefined;
  let isStopped = false;

  function change(to: boolean): void {
    isIn = to;
    since = clock.date();
    changedAt = clock.now();
  }

  function waitForProbe(): void {
    timer = clock.setTimeout(() => void probe().catch(onFault), waitAfter(failures), 'background');
    failures += 1;
  }

  async function probe(): Promise<void> {
    const controller = new AbortController();
    const limit = clock.setTimeout(() => controller.abort(new Error('no answer')), PROBE_TIMEOUT, 'background');
    const isThere = await ping(controller.signal).then(
      () => true,
      () => false,
    );
    clock.clearTimeout(limit);
    if (isIn || isStopped) return;
    if (isThere) change(true);
    else waitForProbe();
  }

  return {
    get isIn() {
      return isIn;
    },
    get since() {
      return since;
    },
    succeeded() {
      since ??= clock.date();
      if (isIn) return;
      clock.clearTimeout(timer);
      change(true);
    },
    failed() {
      if (!isIn || isStopped) return;
      if (clock.now() - changedAt > STABLE_AFTER) failures = 0;
      change(false);
      waitForProbe();
    },
    stop() {
      isStopped = true;
      clock.clearTimeout(timer);
    },
  };
}
