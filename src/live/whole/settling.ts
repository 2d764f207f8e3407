/** A value that is told only when it has lasted. */
interface Fact<V> {
  /** What was told last. */
  told: V;
  /** Since when, in milliseconds since 1970; undefined where it was so from the beginning. */
  toldSince: number | undefined;
  pending: { readonly value: V; readonly since: number } | undefined;
}

/** A value that has lasted long enough to be told. */
export interface Settled<V> {
  readonly key: string;
  readonly from: V;
  readonly to: V;
  /** When it was first seen, in milliseconds since 1970. */
  readonly since: number;
}

export interface SettlingOptions<V> {
  /** The value of a key that is not known. */
  readonly none: V;
  /**
   * When a new value is told that was first seen at `since`, in milliseconds since 1970.
   * @param from what was told before
   */
  readonly dueAt: (key: string, change: { readonly from: V; readonly to: V; readonly since: number }) => number;
}

/** Values by key, each of which is told when it has lasted. Values are compared by identity. */
export class Settling<V> {
  readonly #facts = new Map<string, Fact<V>>();
  readonly #options: SettlingOptions<V>;

  constructor(options: SettlingOptions<V>) {
    this.#options = options;
  }

  /** Takes values as they are, as if they had been told: from the beginning nothing has changed. */
  begin(values: ReadonlyMap<string, V>): void {
    for (const [key, value] of values) this.#facts.set(key, { told: value, toldSince: undefined, pending: undefined });
  }

  /** Notes the present values. A key that is left out has the value `none`; undefined leaves its key alone. */
  observe(values: ReadonlyMap<string, V | undefined>, now: number): void {
    const { none } = this.#options;
    for (const key of this.#facts.keys()) if (!values.has(key)) this.#observeOne(key, none, now);
    for (const [key, value] of values) {
      if (value === undefined) this.#hold(key);
      else this.#observeOne(key, value, now);
    }
  }

  /**
   * Takes what is due.
   * @param isTogether whether a key that is not due yet is told along with one that is, where both go to one value
   */
  settle(now: number, isTogether: (due: string, other: string) => boolean = () => false): Settled<V>[] {
    const pending = [...this.#facts].filter(([, fact]) => fact.pending !== undefined);
    const due = pending.filter(([key, fact]) => this.#dueAt(key, fact) <= now);
    const along = pending.filter(
      ([key, fact]) =>
        this.#dueAt(key, fact) > now &&
        due.some(([other, { pending: of }]) => of?.value === fact.pending?.value && isTogether(other, key)),
    );
    return [...due, ...along].map(([key, fact]) => this.#tell(key, fact));
  }

  /** When the next value is due; Infinity where none is pending. */
  get nextDue(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const [key, fact] of this.#facts) if (fact.pending) next = Math.min(next, this.#dueAt(key, fact));
    return next;
  }

  /** What was told last. */
  told(key: string): V {
    return this.#facts.get(key)?.told ?? this.#options.none;
  }

  /** Since when it has been what was told; undefined where it was so from the beginning, or is no longer. */
  toldSince(key: string): number | undefined {
    const fact = this.#facts.get(key);
    return fact?.pending === undefined ? fact?.toldSince : undefined;
  }

  get keys(): Iterable<string> {
    return this.#facts.keys();
  }

  #observeOne(key: string, value: V, now: number): void {
    const { none } = this.#options;
    let fact = this.#facts.get(key);
    if (fact === undefined) {
      if (value === none) return;
      fact = { told: none, toldSince: undefined, pending: undefined };
      this.#facts.set(key, fact);
    }
    if (value === fact.told) {
      fact.pending = undefined;
      if (value === none) this.#facts.delete(key);
    } else if (fact.pending?.value !== value) fact.pending = { value, since: now };
  }

  #hold(key: string): void {
    const fact = this.#facts.get(key);
    if (fact !== undefined) fact.pending = undefined;
  }

  #dueAt(key: string, { told, pending }: Fact<V>): number {
    if (pending === undefined) return Number.POSITIVE_INFINITY;
    return this.#options.dueAt(key, { from: told, to: pending.value, since: pending.since });
  }

  #tell(key: string, fact: Fact<V>): Settled<V> {
    const { value, since } = fact.pending as { value: V; since: number };
    const settled = { key, from: fact.told, to: value, since };
    fact.told = value;
    fact.toldSince = since;
    fact.pending = undefined;
    if (value === this.#options.none) this.#facts.delete(key);
    return settled;
  }
}
