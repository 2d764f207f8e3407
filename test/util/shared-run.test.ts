import { expect, it } from 'vitest';
import { createSharedRun } from '../../src/util/shared-run.ts';
import { settled } from '../support/clock.ts';

/** Work that is ended by hand, and what has become of those who asked for it. */
function start() {
  const runs: PromiseWithResolvers<void>[] = [];
  const faults: unknown[] = [];
  const told: string[] = [];
  const run = createSharedRun(
    async () => {
      const ended = Promise.withResolvers<void>();
      runs.push(ended);
      await ended.promise;
    },
    (error) => faults.push(error),
  );
  async function ask(...names: string[]): Promise<void> {
    for (const name of names) run().then(() => told.push(name), expect.fail);
    await settled();
  }
  return { runs, faults, told, ask };
}

it('one run does for all who ask before it begins', async () => {
  const { runs, told, ask } = start();
  await ask('a', 'b');
  expect([runs.length, told]).toEqual([1, []]);
  runs[0]?.resolve();
  await settled();
  expect([runs.length, told]).toEqual([1, ['a', 'b']]);
});

it('whoever asks while one is under way waits for the next, which begins when that is over', async () => {
  const { runs, told, ask } = start();
  await ask('a');
  await ask('b', 'c');
  await ask('d');
  expect(runs.length).toBe(1);
  runs[0]?.resolve();
  await settled();
  expect([runs.length, told]).toEqual([2, ['a']]);
  runs[1]?.resolve();
  await settled();
  expect([runs.length, told]).toEqual([2, ['a', 'b', 'c', 'd']]);
  await ask('e');
  expect(runs.length).toBe(3);
});

it('a run that fails is told, and does not keep the next from being made', async () => {
  const { runs, faults, told, ask } = start();
  await ask('a');
  await ask('b');
  const fault = new Error('a fault');
  runs[0]?.reject(fault);
  await settled();
  expect([faults, told, runs.length]).toEqual([[fault], ['a'], 2]);
  runs[1]?.resolve();
  await settled();
  expect([faults, told]).toEqual([[fault], ['a', 'b']]);
});
