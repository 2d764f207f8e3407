import { expect, it } from 'vitest';
import { createChangelog } from '../../../src/live/changelog/changelog.ts';
import { viewCodec } from '../../../src/live/changelog/codec.ts';
import { createLogWriter } from '../../../src/live/changelog/log-writer.ts';
import { StoreConflict } from '../../../src/live/changelog/store.ts';
import type { Change } from '../../../src/live/diff.ts';
import { settled, TestClock } from '../../support/clock.ts';
import { ControlledStore, fail, messages, numbers } from '../../support/controlled-store.ts';

/** Readers wait so long for a store. */
const APPEND_TIMEOUT = 1000;

/** A writer whose additions are answered by hand. */
async function startWriter() {
  const clock = new TestClock();
  const { store, file } = new ControlledStore();
  const answers: PromiseWithResolvers<void>[] = [];
  const kept = createLogWriter<Change>(
    {
      ...{ name: 'log', codec: viewCodec, capacity: 10, clock, onFault: fail },
      store: {
        ...store,
        append() {
          const answer = Promise.withResolvers<void>();
          answers.push(answer);
          return answer.promise;
        },
      },
      report: { failed: () => undefined, succeeded: () => undefined, lost: fail },
      onOwnerLost: () => true,
    },
    { ...(await file.open('log')), offset: 0, begin: 0 },
  );
  const log = createChangelog<Change>(10, fail, kept);
  async function refuse(): Promise<void> {
    answers.shift()?.reject(new StoreConflict('owner'));
    await settled();
  }
  return { clock, answers, kept, log, refuse };
}

it('shows nothing that the store does not have while it becomes clear who writes', async () => {
  const { clock, kept, log, refuse } = await startWriter();
  log.append(numbers(1));
  await clock.advance(APPEND_TIMEOUT - 1);
  // The process was stopped for so long, and another one has taken its place.
  await refuse();
  await clock.advance(APPEND_TIMEOUT - 1);
  expect([messages(log), kept.hasShownMore]).toEqual([[], false]);
  await refuse();
  await clock.advance(APPEND_TIMEOUT - 1);
  expect([messages(log), kept.hasShownMore]).toEqual([[], false]);
  // Nobody has found out in time.
  await clock.advance(1);
  expect([messages(log), kept.hasShownMore]).toEqual([['1'], true]);
  kept.abandon();
});

it('writes under its new lease at once, where it was refused with the one before', async () => {
  const { clock, answers, kept, log, refuse } = await startWriter();
  log.append(numbers(1));
  for (let refusals = 0; refusals < 4; refusals += 1) {
    await refuse();
    await clock.advance(10_000);
  }
  expect(answers.length).toBe(1);
  // The lease is taken while that is on its way.
  kept.retry(false);
  expect(answers.length).toBe(1);
  await refuse();
  await clock.advance(0);
  expect(answers.length).toBe(1);
  answers.shift()?.resolve();
  await settled();
  expect([kept.length, kept.isBehind, messages(log)]).toEqual([1, false, ['1']]);
  kept.abandon();
});
