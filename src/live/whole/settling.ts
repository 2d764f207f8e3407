/** A value that is told only when it has lasted. */
interface Known<V> {
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
  readonly #known = new Map<string, Known<V>>();
  #version = 0;
  readonly #options: SettlingOptions<V>;

  constructor(options: SettlingOptions<V>) {
    this.#options = options;
  }

  /** Takes values as they are, as if they had been told: from the beginning nothing has changed. */
  begin(values: ReadonlyMap<string, V>, now: number): void {
    this.#version += 1;
    for (const [key, value] of values) this.#known.set(key, { told: value, toldSince: now, pending: undefined });
  }

  /** Moves whenever something is told. */
  get version(): number {
    return this.#version;
  }

  /** What was told, for `restore`. */
  save(): Told<V> {
    return [...this.#known].map(([key, { told, toldSince }]) => [key, told, toldSince]);
  }

  /** Goes on after what was told before. */
  restore(told: Told<V>): void {
    for (const [key, value, since] of told) {
      this.#known.set(key, { told: value, toldSince: since, pending: undefined });
    }
  }

  /**
   * Notes the present values. A key that is left out has the value `none`; undefined leaves its key alone.
   * @param isLate whether nobody has looked for a while before
   */
  observe(values: ReadonlyMap<string, V | undefined>, now: number, isLate = false): void {
    const { none } = this.#options;
    for (const key of this.#known.keys()) if (!values.has(key)) this.#observeOne(key, none, now, isLate);
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
    const pending = [...this.#known].filter(([, known]) => known.pending !== undefined);
    const due = pending.filter(([key, known]) => this.#dueAt(key, known) <= now);
    const along = pending.filter(
      ([key, known]) =>
        this.#dueAt(key, known) > now &&
        due.some(([other, { pending: of }]) => of?.value === known.pending?.value && isTogether(other, key)),
    );
    return [...due, ...along].map(([key, known]) => this.#tell(key, known));
  }

  /** When the next value is due; Infinity where none is pending. */
  get nextDue(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const [key, known] of this.#known) if (known.pending) next = Math.min(next, this.#dueAt(key, known));
    return next;
  }

  /** What was told last. */
  told(key: string): V {
    return this.#known.get(key)?.told ?? this.#options.none;
  }

  /** Since when it has been what was told; undefined where it is no longer. */
  toldSince(key: string): number | undefined {
    const known = this.#known.get(key);
    return known?.pending === undefined ? known?.toldSince : undefined;
  }

  get keys(): Iterable<string> {
    return this.#known.keys();
  }

  #observeOne(key: string, value: V, now: number, isLate: boolean): void {
    const { none } = this.#options;
    let known = this.#known.get(key);
    if (known === undefined) {
      if (value === none) return;
      known = { told: none, toldSince: now, pending: undefined };
      this.#known.set(key, known);
    }
    if (value === known.told) {
      known.pending = undefined;
      if (value === none) this.#known.delete(key);
    } else if (known.pending?.value !== value) {
      const { pending } = known;
      const isContinued = pending !== undefined && this.#options.isContinued?.(pending.value, value) === true;
      known.pending = {
        value,
        since: isContinued ? pending.since : now,
        isLate: isContinued ? pending.isLate : isLate,
      };
    }
  }

  #hold(key: string): void {
    const known = this.#known.get(key);
    if (known !== undefined) known.pending = undefined;
  }

  #dueAt(key: string, { told, pending }: Known<V>): number {
    if (pending === undefined) return Number.POSITIVE_INFINITY;
    return this.#options.dueAt(key, { from: told, to: pending.value, since: pending.since });
  }

  #tell(key: string, known: Known<V>): Settled<V> {
    const { value, since, isLate } = known.pending as NonNullable<Known<V>['pending']>;
    const settled = { key, from: known.told, to: value, since, isLate };
    this.#version += 1;
    known.told = value;
    known.toldSince = since;
    known.pending = undefined;
    if (value === this.#options.none) this.#known.delete(key);
    return settled;
  }
}
