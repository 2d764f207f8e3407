/** A time in which the cluster was watched: its begin and its end, in milliseconds since 1970. */
export type Span = readonly [from: number, to: number];

/** Most spans that are kept: who watches on demand begins often. */
const MOST_SPANS = 1000;

/** When a cluster was really watched. */
export class WatchedTime {
  readonly #longestGap: number;
  #spans: Span[];
  #isWatched = false;

  /**
   * @param longestGap milliseconds between two looks after which nobody has watched in between
   * @param saved what `save` has written
   */
  constructor(longestGap: number, saved?: string) {
    this.#longestGap = longestGap;
    this.#spans = saved === undefined ? [] : (JSON.parse(saved) as Span[]);
  }

  /**
   * Notes whether the cluster can be seen at this moment.
   * @param now milliseconds since 1970
   */
  look(now: number, isSeen: boolean): void {
    const last = this.#spans.at(-1);
    const goesOn = this.#isWatched && last !== undefined && now >= last[1] && now - last[1] <= this.#longestGap;
    if (goesOn) this.#spans[this.#spans.length - 1] = [last[0], now];
    else if (isSeen) this.#spans = [...this.#spans.slice(1 - MOST_SPANS), [now, now]];
    this.#isWatched = isSeen;
  }

  get spans(): readonly Span[] {
    return this.#spans;
  }

  save(): string {
    return JSON.stringify(this.#spans);
  }
}
