import { expect, it } from 'vitest';
import { createStopSequence } from '../../src/util/stop-sequence.ts';
import { settled, TestClock } from '../support/clock.ts';

/** A sequence of 1 000 ms whose parts take the times given, and what each of them was told was left. */
async function stopWith(...durations: readonly number[]) {
  let now = 0;
  const clock = { now: () => now, date: () => now, setTimeout: () => ({}), clearTimeout: () => undefined };
  const errors: unknown[] = [];
  const left: number[] = [];
  const sequence = createStopSequence(1000, (error) => errors.push(error), clock);
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

it('goes on as before for the delay that a stop is given, and stops at once without one', async () => {
  const clock = new TestClock();
  for (const [delay, before] of [
    [500, ['stopping']],
    [undefined, ['stopping', 'stopped']],
  ] as const) {
    const seen: string[] = [];
    const sequence = createStopSequence(1000, () => undefined, clock);
    sequence.stopping.addEventListener('abort', () => seen.push('stopping'));
    sequence.add(async () => seen.push('stopped'));
    const stopped = sequence.stop(delay);
    await settled();
    expect(seen).toEqual(before);
    await clock.advance(500);
    await stopped;
    expect(seen).toEqual(['stopping', 'stopped']);
  }
});
