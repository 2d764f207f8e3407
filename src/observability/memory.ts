import { constants, type NodeGCPerformanceDetail, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { GatewayError } from '../errors.ts';
import type { Clock } from '../util/clock.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

/** How much memory the process takes, as shares of what it may take. */
export interface MemoryUse {
  /** Share of the heap limit that was in use after the last full garbage collection. */
  heap(): number;
  /** Bytes that the process takes, without the pages of the heap that are free. */
  resident(): number;
}

/** That of a process that nobody measures: only its heap is watched. */
export const UNMEASURED: ProcessMemory = { limit: Number.POSITIVE_INFINITY, resident: () => 0 };

/** Nobody is refused; anonymous callers are; new streams are as well. */
export type MemoryState = 'ok' | 'high' | 'short';

/** Refuses what is new before the process is short of memory, so that readers and changes can go on. */
export interface MemoryGuard {
  readonly state: MemoryState;
  /** The larger of the two shares. */
  readonly share: number;
  /** @throws GatewayError LIMIT_EXCEEDED where an anonymous caller is not served now */
  checkAnonymous(): void;
  /** @throws GatewayError LIMIT_EXCEEDED where no stream is opened now */
  checkStream(): void;
}

export interface MemoryGuardOptions {
  /** Bytes that the process may take (`MEMORY_LIMIT`). */
  readonly limit: number;
  readonly use: MemoryUse;
  readonly clock: Pick<Clock, 'now'>;
  /** Told whenever the state has changed. */
  readonly onChange: (state: MemoryState, share: number) => void;
}

/** Shares of the memory at which anonymous callers, and new streams, are refused. */
const HIGH = 0.8;
const SHORT = 0.9;

/** Milliseconds for which a measurement holds. */
const MAX_AGE = 50;

/** Seconds after which somebody who was refused may come back. */
const RETRY_AFTER = 10;

/** Creates the guard. It measures when it is asked, at most every 50 ms. */
export function createMemoryGuard({ limit, use, clock, onChange }: MemoryGuardOptions): MemoryGuard {
  let measuredAt = Number.NEGATIVE_INFINITY;
  let share = 0;
  let state: MemoryState = 'ok';

  function measured(): MemoryState {
    const now = clock.now();
    if (now - measuredAt < MAX_AGE) return state;
    measuredAt = now;
    share = Math.max(use.heap(), use.resident() / limit);
    const before = state;
    state = share >= SHORT ? 'short' : share >= HIGH ? 'high' : 'ok';
    if (state !== before) onChange(state, share);
    return state;
  }

  return {
    get state() {
      return measured();
    },
    get share() {
      measured();
      return share;
    },
    checkAnonymous() {
      if (measured() !== 'ok') throw refusal('The gateway is short of memory: only callers with a login are served.');
    },
    checkStream() {
      if (measured() === 'short') throw refusal('The gateway is short of memory: no stream is opened now.');
    },
  };
}

function refusal(message: string): GatewayError {
  return new GatewayError('LIMIT_EXCEEDED', message, { limit: 'MEMORY_LIMIT', retryAfter: RETRY_AFTER });
}

/** The memory of the process, as whoever runs it measures it. */
export interface ProcessMemory {
  /** Bytes that it may take: what a cgroup leaves to it, or the memory of the machine. */
  readonly limit: number;
  /** Bytes that it takes. */
  resident(): number;
}

function isFull({ detail }: PerformanceEntry & { readonly detail?: unknown }): boolean {
  return (detail as NodeGCPerformanceDetail).kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}

/**
 * Measures a process. Between two full collections a heap holds much that nobody needs any more, so what counts is
 * how much is left after one. V8 collects the more often the closer it comes to its limit.
 */
export function measureMemory(resident: () => number): MemoryUse & Disposable {
  const heapShare = () => {
    const { used_heap_size: used, heap_size_limit: most } = getHeapStatistics();
    return used / most;
  };
  let afterCollection = heapShare();
  const observer = new PerformanceObserver((list) => {
    if (list.getEntries().some(isFull)) afterCollection = heapShare();
  });
  observer.observe({ entryTypes: ['gc'] });
  return {
    heap: () => Math.min(afterCollection, heapShare()),
    resident() {
      const { total_heap_size: pages, used_heap_size: used } = getHeapStatistics();
      return resident() - (pages - used);
    },
    [Symbol.dispose]: () => observer.disconnect(),
  };
}

export interface OwnMemoryOptions {
  /** Bytes that the process may take; what `memory` says when undefined. */
  readonly limit: number | undefined;
  readonly memory: ProcessMemory;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** Starts the guard of this process: each change of its state is logged, and its share is a metric. */
export function startMemoryGuard({
  limit,
  memory,
  logger,
  metrics,
  clock,
}: OwnMemoryOptions): MemoryGuard & Disposable {
  const use = measureMemory(memory.resident);
  const guard = createMemoryGuard({
    limit: limit ?? memory.limit,
    use,
    clock,
    onChange(state, share) {
      const percent = Math.round(share * 100);
      if (state === 'ok') logger.info({ percent }, 'There is enough memory again');
      else logger.warn({ percent, state }, 'The gateway is short of memory');
    },
  });
  metrics.showMemory(() => guard.share);
  return Object.assign(guard, { [Symbol.dispose]: () => use[Symbol.dispose]() });
}
