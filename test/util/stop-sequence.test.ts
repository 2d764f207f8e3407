import { expect, it } from 'vitest';
import { createStopSequence } from '../../src/util/stop-sequence.ts';

/** A sequence of 1 000 ms whose parts take the times given, and what each of them was told was left. */
async function stopWith(...durations: readonly number[]) {
  let now = 0;
  const clock = { now: () => now, setTimeout: () => ({}), clearTimeout: () => undefined };
  const errors: unknown[] = [];
  const left: number[] = [];
  const sequence = createStopSequence(1000, 0, (error) => errors.push(error), clock);
  // The last to be added stops first.
  for (const duration of durations.toReversed()) {
    sequence.add(async (leftMs) => {
      left.push(leftMs);
      now += duration;
      if (duration === 300) throw new Error('did not stop');
    });
  }
  await Promise.all([sequence.stop(), sequence.stop()]);
  return { left, errors, now, stopping: sequence.stopping.aborted };
}

it('gives all parts one time, of which each gets what the ones before have left', async () => {
  expect(await stopWith(200, 500, 0, 100)).toMatchObject({ left: [1000, 800, 300, 300], errors: [], stopping: true });
});

it('gives no time any more when it is over, and stops every part all the same', async () => {
  expect(await stopWith(900, 300, 50, 0)).toMatchObject({
    left: [1000, 100, 0, 0],
    errors: [new Error('did not stop')],
  });
});
