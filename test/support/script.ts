import type { Sandbox } from '../../src/sandbox/sandbox.ts';

/** A scripted peer whose sockets go up and down from poll to poll, with the changes that makes. */
export interface Script {
  /** What a reader of all changes must see, such as `CONNECTED db7`. */
  readonly expected: readonly string[];
  /** Lets the script run: one step with each poll from now on. */
  begin(): void;
  readonly finished: boolean;
}

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Makes node-1 of a sandbox answer with a peer of forty sockets of which ten change with each step. One socket is
 * always up and one always down, so that the state of the connection stays PARTIAL.
 */
export function startScript(
  sandbox: Sandbox,
  { steps, perStep = 10, seed = 1 }: { steps: number; perStep?: number; seed?: number },
): Script {
  const random = seeded(seed);
  const names = Array.from({ length: 40 }, (_, index) => `db${String(index).padStart(2, '0')}`);
  const up = new Map(names.map((name) => [name, false]));
  const expected: string[] = [];
  let armed = false;
  let step = 0;

  function advance(): void {
    const shuffled = names.map((name) => [random(), name] as const).sort(([a], [b]) => a - b);
    const chosen = shuffled.slice(0, perStep).map(([, name]) => name);
    for (const name of chosen.sort()) {
      up.set(name, !up.get(name));
      expected.push(`${up.get(name) ? 'CONNECTED' : 'DISCONNECTED'} ${name}`);
    }
  }

  sandbox.node('node-1').faults.add(
    'cluster_status',
    {
      kind: 'alter',
      change(body) {
        if (armed && step < steps) {
          step += 1;
          advance();
        }
        const sockets = [...up, ['always', true] as const, ['never', false] as const];
        const database_sockets = sockets.map(([database, connected]) => ({
          database,
          connected,
          threadId: 1,
          nodes: ['scripted'],
        }));
        return {
          ...(body as object),
          connections: [{ name: 'scripted', replicates: true, subscriptions: null, database_sockets }],
        };
      },
    },
    Number.POSITIVE_INFINITY,
  );
  return {
    expected,
    begin() {
      armed = true;
    },
    get finished() {
      return step >= steps;
    },
  };
}
