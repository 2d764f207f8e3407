/** A value that is told only when it has lasted. */
interface Fact<V> {
  /** What was told last. */
  told: V;
  /** When it was first seen to be so, in milliseconds since 1970. */
  toldSince: number;
  pending: { readonly value: V; readonly since: number; readonly isLate: boolean } | undefined;
}

/** A value that has lasted long enough to be told. */
export interface Settled<V> {
  readonly key: string;
  readonly from: V;
  readonly to: V;
  /** When it was first seen, in milliseconds since 1970. */
  readonly since: number;
  /** Whether it may have been so for long before that, since nobody looked. */
  readonly isLate: boolean;
}

/** What was told, as it is kept: a key, its value, and since when. */
export type Told<V> = readonly (readonly [key: string, value: V, since: number])[];

export interface SettlingOptions<V> {
  /** Whether a value that takes the place of one that is pending has lasted as long as that; never when left out. */
  readonly isContinued?: (pending: V, next: V) => boolean;
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
  begin(values: ReadonlyMap<string, V>, now: number): void {
    for (const [key, value] of values) this.#facts.set(key, { told: value, toldSince: now, pending: undefined });
  }

  /** What was told, for `restore`. */
  save(): Told<V> {
    return [...this.#facts].map(([key, { told, toldSince }]) => [key, told, toldSince]);
  }

  /** Goes on after what was told before. */
  restore(told: Told<V>): void {
    for (const [key, value, since] of told) {
      this.#facts.set(key, { told: value, toldSince: since, pending: undefined });
    }
  }

  /**
   * Notes the present values. A key that is left out has the value `none`; undefined leaves its key alone.
   * @param isLate whether nobody has looked for a while before
   */
  observe(values: ReadonlyMap<string, V | undefined>, now: number, isLate = false): void {
    const { none } = this.#options;
    for (const key of this.#facts.keys()) if (!values.has(key)) this.#observeOne(key, none, now, isLate);
    for (const [key, value] of values) {
      if (value === undefined) this.#hold(key);
      else this.#observeOne(key, value, now, isLate);
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

  /** Since when it has been what was told; undefined where it is no longer. */
  toldSince(key: string): number | undefined {
    const fact = this.#facts.get(key);
    return fact?.pending === undefined ? fact?.toldSince : undefined;
  }

  get keys(): Iterable<string> {
    return this.#facts.keys();
  }

  #observeOne(key: string, value: V, now: number, isLate: boolean): void {
    const { none } = this.#options;
    let fact = this.#facts.get(key);
    if (fact === undefined) {
      if (value === none) return;
      fact = { told: none, toldSince: now, pending: undefined };
      this.#facts.set(key, fact);
    }
    if (value === fact.told) {
      fact.pending = undefined;
      if (value === none) this.#facts.delete(key);
    } else if (fact.pending?.value !== value) {
      const { pending } = fact;
      const isContinued = pending !== undefined && this.#options.isContinued?.(pending.value, value) === true;
      fact.pending = { value, since: isContinued ? pending.since : now, isLate: isContinued ? pending.isLate : isLate };
    }
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
    const { value, since, isLate } = fact.pending as NonNullable<Fact<V>['pending']>;
    const settled = { key, from: fact.told, to: value, since, isLate };
    fact.told = value;
    fact.toldSince = since;
    fact.pending = undefined;
    if (value === this.#options.none) this.#facts.delete(key);
    return settled;
  }
}
