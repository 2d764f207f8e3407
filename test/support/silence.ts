import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { ForwardClock } from './clock.ts';
import { eventually } from './eventually.ts';
import { FAST } from './stack.ts';

/** Milliseconds before the silence is too long at which those that live give a sign of life once more. */
const BEFORE = 5000;

/**
 * Lets so much time pass in a sandbox with the timing FAST that sockets without a sign of life are closed. Those of
 * nodes that can hear one another are not.
 * @param isSilent whether nothing gets through between two nodes
 */
export async function passSilence(
  sandbox: Sandbox,
  time: ForwardClock,
  isSilent: (one: string, other: string) => boolean,
): Promise<void> {
  time.advance(FAST.silence - BEFORE);
  const now = time.date();
  await eventually(() => {
    for (const { name, replication } of sandbox.nodes) {
      for (const { peer, lastLiveness } of replication.links.values()) {
        if (!isSilent(name, peer) && (lastLiveness?.getTime() ?? 0) < now) throw new Error(`${name} waits for ${peer}`);
      }
    }
  });
  time.advance(BEFORE);
}
