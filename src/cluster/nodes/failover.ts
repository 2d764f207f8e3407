import { GatewayError } from '../../errors.ts';
import type { Clock } from '../../util/clock.ts';
import { createTimeoutQueue, type Expirable, type TimeoutQueue } from '../../util/timeout-queue.ts';
import type { Pending, Waiter } from '../../util/waiter.ts';
import type { ClusterAddress } from './node.ts';

/** Begins a read at one node. */
export type BeginRead<T> = (node: ClusterAddress, waiter: Waiter<T>) => Pending;

/** Reads at the first of the given nodes that answers. */
export type ReadFromAny = <T>(nodes: readonly ClusterAddress[], begin: BeginRead<T>, waiter: Waiter<T>) => Pending;

/** A read that has had no answer for this part of its time is asked of the next node as well. */
const HEDGE_AFTER = 1 / 3;

/** Failures that say nothing of what another node would answer. */
export const FAILURES_OF_NODE: ReadonlySet<string | undefined> = new Set([
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_INVALID_RESPONSE',
]);

/** Whether an error says that a node cannot be read, and not that the caller may not. */
export function isFailureOfNode(error: unknown): boolean {
  return error instanceof GatewayError && FAILURES_OF_NODE.has(error.code);
}

/**
 * Creates reads that go on to the next node where one fails, and ask the next as well where one is slow. The first
 * whole answer counts. With one node it is a read of that node and nothing else.
 * @param timeoutMs milliseconds a read may take, counted from its arrival
 */
export function createFailover(timeoutMs: number, clock: Clock): ReadFromAny {
  const hedges = createTimeoutQueue(timeoutMs * HEDGE_AFTER, clock);
  return (nodes, begin, waiter) => {
    const [only] = nodes;
    if (only === undefined) throw new TypeError('there is no node to read from');
    return nodes.length === 1 ? begin(only, waiter) : new Attempts(nodes, begin, waiter).start(hedges);
  };
}

/** The attempts of one read. A class, because there is one for each waiting reader. */
class Attempts<T> implements Pending, Expirable {
  readonly #nodes: readonly ClusterAddress[];
  readonly #begin: BeginRead<T>;
  readonly #waiter: Waiter<T>;
  readonly #pending = new Map<ClusterAddress, Pending>();
  #hedges: TimeoutQueue | undefined;
  #next = 0;
  #failure: { readonly error: unknown } | undefined;
  #refusal: { readonly error: unknown } | undefined;
  #isOver = false;

  constructor(nodes: readonly ClusterAddress[], begin: BeginRead<T>, waiter: Waiter<T>) {
    this.#nodes = nodes;
    this.#begin = begin;
    this.#waiter = waiter;
  }

  start(hedges: TimeoutQueue): this {
    this.#hedges = hedges;
    hedges.add(this);
    this.#askNext();
    return this;
  }

  get isWaiting(): boolean {
    return !this.#isOver;
  }

  /** Those that were asked are slow. */
  expire(): void {
    // What the same node is asked at another address would meet the first.
    if (this.#nodes[this.#next]?.aliasOf !== undefined) return;
    this.#askNext();
    if (this.#next < this.#nodes.length && !this.#isOver) this.#hedges?.add(this);
  }

  cancel(): void {
    this.#end();
  }

  #askNext(): void {
    const node = this.#nodes[this.#next];
    if (node === undefined) return;
    this.#next += 1;
    const pending = this.#begin(node, {
      resolve: (value) => this.#answered(node, value),
      reject: (error) => this.#failed(node, error),
    });
    // It may have been answered at once.
    if (this.#isOver) pending.cancel();
    else this.#pending.set(node, pending);
  }

  #answered(node: ClusterAddress, value: T): void {
    if (this.#isOver) return;
    this.#pending.delete(node);
    // Those that were asked before it and have not answered are slow: they are asked again when a probe reaches them.
    for (const slow of this.#pending.keys()) if (slow.rank < node.rank) slow.health.failed();
    this.#end();
    this.#waiter.resolve(value);
  }

  #failed(node: ClusterAddress, error: unknown): void {
    if (this.#isOver) return;
    this.#pending.delete(node);
    const isOfNode = isFailureOfNode(error);
    // A node that is not preferred may be wrong about the login: what it says counts when no other has an answer.
    const isRefusal = error instanceof GatewayError && !isOfNode;
    if (isRefusal) this.#refusal ??= { error };
    else this.#failure ??= { error };
    const isTimeout = error instanceof GatewayError && error.code === 'UPSTREAM_TIMEOUT' && node === this.#nodes[0];
    const isWord = isRefusal && this.#nodes.every(({ rank }) => rank >= node.rank);
    if ((isOfNode || isRefusal) && !isTimeout && !isWord) {
      if (this.#next < this.#nodes.length) {
        this.#askNext();
        return;
      }
      if (this.#pending.size > 0) return;
      ({ error } = this.#refusal ?? this.#failure ?? { error });
    }
    this.#end();
    this.#waiter.reject(error);
  }

  #end(): void {
    this.#isOver = true;
    this.#hedges?.prune();
    for (const pending of this.#pending.values()) pending.cancel();
    this.#pending.clear();
  }
}
