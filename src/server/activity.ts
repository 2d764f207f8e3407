/** The operations of one socket, counted here because graphql-ws forgets one whose id is used again. A class: there are many sockets. */
export class Activity {
  #count = 0;
  #idleSince = performance.now();

  get count(): number {
    return this.#count;
  }

  /** Milliseconds since the last operation was over, or since the beginning; 0 while one runs. */
  get idleFor(): number {
    return this.#count > 0 ? 0 : performance.now() - this.#idleSince;
  }

  /** Counts an operation in; what it returns counts it out, once. */
  enter(): () => void {
    this.#count += 1;
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      this.#count -= 1;
      this.#idleSince = performance.now();
    };
  }
}
