export interface CutOptions {
  /** Cuts only the sockets of these databases; all when left out, and no node can be introduced then either. */
  readonly databases?: readonly string[];
  /** Nothing gets from the first node to the second any more, while the other direction stays. */
  readonly oneWay?: boolean;
  /** Sockets stay open and say nothing, as with a cut cable. They are closed at once when left out. */
  readonly silent?: boolean;
}

/** Data that does not get from one node to another. */
export interface Cut {
  /** Names with which the nodes were created. */
  readonly from: string;
  readonly to: string;
  /** undefined: all. */
  readonly databases: readonly string[] | undefined;
  readonly silent: boolean;
}

/** What becomes of data on its way: it arrives, it is lost without a word, or its connection is refused. */
export type Passage = 'open' | 'silent' | 'closed';

/** What is cut between the nodes of a cluster. Each cut is of one direction. */
export class Cuts {
  #cuts: readonly Cut[] = [];

  get list(): readonly Cut[] {
    return this.#cuts;
  }

  add(from: string, to: string, { databases, oneWay = false, silent = false }: CutOptions = {}): void {
    const cut = { from, to, databases, silent };
    this.#cuts = [...this.#cuts, cut, ...(oneWay ? [] : [{ ...cut, from: to, to: from }])];
  }

  /** Ends every cut between two nodes. */
  mend(one: string, other: string): void {
    const pair = [one, other];
    this.#cuts = this.#cuts.filter(({ from, to }) => !(pair.includes(from) && pair.includes(to)));
  }

  /** Ends every cut. */
  clear(): void {
    this.#cuts = [];
  }

  /** @param database undefined for what belongs to none: the introduction of a node */
  passage(from: string, to: string, database?: string): Passage {
    const cuts = this.#cuts.filter((cut) => cut.from === from && cut.to === to && concerns(cut, database));
    if (cuts.length === 0) return 'open';
    return cuts.every(({ silent }) => silent) ? 'silent' : 'closed';
  }
}

function concerns({ databases }: Cut, database: string | undefined): boolean {
  return databases === undefined || (database !== undefined && databases.includes(database));
}
