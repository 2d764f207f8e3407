import type { Link } from '../../src/sandbox/link.ts';
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
  const links = () =>
    sandbox.nodes.flatMap(({ name, replication }) =>
      [...replication.links.values()].map((link) => ({ link, silent: isSilent(name, link.peer) })),
    );
  const age = ({ lastLiveness }: Link) => time.date() - (lastLiveness?.getTime() ?? 0);
  do {
    time.advance(FAST.silence - BEFORE);
    await eventually(() => {
      if (links().some(({ link, silent }) => !silent && age(link) > BEFORE)) throw new Error('Some have not answered.');
    });
    time.advance(BEFORE);
    // Again where one that has fallen silent had sent a sign of life that was read only now.
  } while (links().some(({ link, silent }) => silent && age(link) < FAST.silence));
}
