/** The operations of one socket, counted here because graphql-ws forgets one whose id is used again. */
export interface Activity {
  readonly count: number;
  /** Milliseconds since the last operation was over, or since the beginning; 0 while one runs. */
  readonly idleFor: number;
  /** Counts an operation in; what it returns counts it out, once. */
  enter(): () => void;
}

/** Creates it for a socket that was just opened. */
export function createActivity(): Activity {
  let count = 0;
  let idleSince = performance.now();
  return {
    get count() {
      return count;
    },
    get idleFor() {
      return count > 0 ? 0 : performance.now() - idleSince;
    },
    enter() {
      count += 1;
      let inside = true;
      return () => {
        if (!inside) return;
        inside = false;
        count -= 1;
        idleSince = performance.now();
      };
    },
  };
}
