import { setTimeout as pause } from 'node:timers/promises';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { below, pick, type Random } from '../fuzz/generate.ts';

/** What becomes of the nodes of a sandbox, at random. The first one is left alone, but for its connections. */
export interface Disturbances {
  /** Kills or starts a node, or cuts one from the first, or mends all cuts. */
  next(): Promise<void>;
  /** Some of them, with short pauses. */
  some(): Promise<void>;
  /** Makes everything well. */
  end(): Promise<void>;
}

export function createDisturbances(sandbox: Sandbox, random: Random): Disturbances {
  const [first, ...others] = sandbox.nodes;
  if (first === undefined) throw new Error('The sandbox has no node.');
  const down = new Set<string>();

  async function next(): Promise<void> {
    const node = pick(random, others);
    if (random() < 0.3) {
      if (random() < 0.5) sandbox.partition(first?.name ?? '', node.name);
      else sandbox.heal();
    } else if (down.delete(node.name)) await node.start();
    else {
      down.add(node.name);
      await node.kill();
    }
  }

  return {
    next,
    async some() {
      for (let steps = below(random, 4); steps >= 0; steps -= 1) {
        await next();
        await pause(below(random, 200));
      }
    },
    async end() {
      sandbox.heal();
      for (const node of others) if (down.delete(node.name)) await node.start();
    },
  };
}

/** Settings of a gateway of the sandbox that tells every change at once, and takes all the readers of these tests. */
export function settingsFor(sandbox: Sandbox): Record<string, string> {
  return {
    HARPER_URL: sandbox.nodes.map(({ url }) => url).join(','),
    ...{ HARPER_USERNAME: 'admin', HARPER_PASSWORD: 'sandbox', INSECURE_NO_AUTH: 'true' },
    ...{ POLL_INTERVAL: '100', CHANGE_GRACE: '0', RECOVERY_GRACE: '0', CUT_GRACE: '0', LOG_LEVEL: 'warn' },
    ...{ READ_TIMEOUT: '60000', STATUS_RETRY_AFTER: '50000', VIEW_TIMEOUT: '30000', SHUTDOWN_TIMEOUT: '1000' },
    ...{ RATE_LIMIT: '100000', MAX_SOCKETS_PER_ADDRESS: '1000' },
  };
}
