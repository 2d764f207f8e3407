import type { Time } from './time.ts';

/** A node's entry in the table of nodes that is gossiped through the cluster (`hdb_nodes`). */
export interface NodeRecord {
  readonly name: string;
  url?: string;
  /** Harper does not check what is stored of one. */
  subscriptions?: unknown[] | null;
  replicates?: boolean;
  shard?: number;
  start_time?: string | number;
  revoked_certificates?: string[];
  /** Stored, and shown by cluster_status, where retain_authorization was given. */
  authorization?: string;
  ca_info?: object;
}

export interface StoredRecord extends NodeRecord {
  /** When the record was changed: the latest one wins when nodes compare theirs. */
  changedAt: number;
}

/** What nodes tell one another. */
export interface Gossip {
  readonly records: readonly StoredRecord[];
  readonly removed: readonly (readonly [name: string, at: number])[];
  readonly databases: readonly string[];
}

/** The times of changes in one cluster. It never stands still, so that two changes are always in order. */
export class ChangeClock {
  readonly #time: Time;
  #last = 0;

  constructor(time: Time) {
    this.#time = time;
  }

  tick(): number {
    this.#last = Math.max(this.#last + 0.001, this.#time.date());
    return this.#last;
  }
}

/** A node's table of nodes, its own entry included, which a node that was removed does not have. */
export class Records {
  /** What the node calls itself. */
  self: string;
  readonly #clock: ChangeClock;
  readonly #records = new Map<string, StoredRecord>();
  readonly #removed = new Map<string, number>();

  constructor(self: string, clock: ChangeClock) {
    this.self = self;
    this.#clock = clock;
  }

  get(name: string): StoredRecord | undefined {
    return this.#records.get(name);
  }

  /** All other nodes. */
  peers(): StoredRecord[] {
    return [...this.#records.values()].filter(({ name }) => name !== this.self);
  }

  put(record: NodeRecord): StoredRecord {
    const stored = { ...record, changedAt: this.#clock.tick() };
    this.#records.set(record.name, stored);
    this.#removed.delete(record.name);
    return stored;
  }

  remove(name: string): void {
    if (this.#records.delete(name)) this.#removed.set(name, this.#clock.tick());
  }

  /** Whether there was an entry of that name, and no more. */
  wasRemoved(name: string): boolean {
    return this.#removed.has(name);
  }

  /** The removals alone: all that a node hears which is no member any more. */
  removals(): Gossip {
    return { records: [], removed: [...this.#removed], databases: [] };
  }

  /** Deletes an entry and keeps no note of it: it may come back by gossip, and no other node hears of it. */
  forget(name: string): void {
    this.#records.delete(name);
  }

  /** What is gossiped: the entries of fully replicating nodes. Table subscriptions are between two nodes only. */
  gossip(databases: readonly string[]): Gossip {
    return {
      records: [...this.#records.values()].filter(({ subscriptions }) => !subscriptions),
      removed: [...this.#removed],
      databases,
    };
  }

  /**
   * Takes over what another node says. A node that hears of its own removal loses its own entry, and keeps the others
   * (docs/harper.md, "Seen on all nodes at once").
   * @returns whether that changed anything
   */
  merge({ records, removed }: Gossip): boolean {
    let changed = false;
    for (const record of records) {
      const known = Math.max(this.#records.get(record.name)?.changedAt ?? 0, this.#removed.get(record.name) ?? 0);
      if (record.changedAt <= known || this.#records.get(record.name)?.subscriptions) continue;
      this.#records.set(record.name, { ...record });
      this.#removed.delete(record.name);
      changed = true;
    }
    for (const [name, at] of removed) {
      if (at <= Math.max(this.#records.get(name)?.changedAt ?? 0, this.#removed.get(name) ?? 0)) continue;
      this.#removed.set(name, at);
      changed = this.#records.delete(name) || changed;
    }
    return changed;
  }
}
