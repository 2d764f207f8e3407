import { describe, expect, it } from 'vitest';
import { createMutationLog, type MutationLog } from '../../../../src/live/changelog/audit/mutation-log.ts';
import { decodeMutation, type StoredMutation } from '../../../../src/live/changelog/audit/mutation-record.ts';
import type { MutationStore } from '../../../../src/live/changelog/audit/mutation-store.ts';
import { StoreConflict } from '../../../../src/live/changelog/store.ts';
import { settled, TestClock } from '../../../support/clock.ts';
import { begun, ended, numbersOf } from '../../../support/mutation-records.ts';

/** A store whose writes fail, or wait, as the test wants it. It finds nothing but what is in the log's own memory. */
class ControlledMutations {
  state: 'well' | 'failing' | 'taken over' | 'slow' = 'well';
  readonly written: string[] = [];
  readonly #held: (() => void)[] = [];

  readonly store: MutationStore = {
    put: async (records) => this.#put(records),
    find: async () => ({ texts: [], known: [] }),
    trim: async () => undefined,
  };

  async #put(records: readonly StoredMutation[]): Promise<void> {
    if (this.state === 'failing') throw new Error('disk full');
    if (this.state === 'taken over') throw new StoreConflict('owner');
    if (this.state === 'slow') await new Promise<void>((resolve) => this.#held.push(resolve));
    for (const { text } of records) {
      const { id, outcome } = decodeMutation(text);
      this.written.push(`${id.slice('id-'.length)} ${outcome ?? 'begun'}`);
    }
  }

  release(): void {
    this.state = 'well';
    for (const each of this.#held.splice(0)) each();
  }
}

function openLog(controlled: ControlledMutations, capacity = 10) {
  const clock = new TestClock();
  const reports: string[] = [];
  const report = {
    failed: (error: unknown, isFinal: boolean) =>
      reports.push(`${isFinal ? 'failed for good' : 'failed'}: ${(error as Error).message}`),
    succeeded: () => undefined,
    lost: (count: number) => reports.push(`lost ${count}`),
  };
  const onFault = (error: unknown) => {
    throw error;
  };
  const log = createMutationLog({ capacity, clock, kept: { store: controlled.store, report, onFault } });
  return { log, clock, reports };
}

const held = async (log: MutationLog) => numbersOf(await log.find({ limit: 1000, from: 'start' }));

describe('the log of mutations', () => {
  it('writes everything in order, also what ends while its begin is being written', async () => {
    const controlled = new ControlledMutations();
    const { log } = openLog(controlled);
    controlled.state = 'slow';
    log.put(begun(1));
    log.put(begun(2));
    log.put(ended(1));
    log.put(begun(3));
    expect([log.isRunning('id-1'), log.isRunning('id-2')]).toEqual([false, true]);
    controlled.release();
    await settled();
    expect(controlled.written).toEqual(['1 begun', '1 DONE', '2 begun', '3 begun']);
    expect(log.waiting).toBe(0);
  });

  it('holds records while the store fails, and writes them when it works again', async () => {
    const controlled = new ControlledMutations();
    const { log, clock, reports } = openLog(controlled);
    controlled.state = 'failing';
    log.put(begun(1));
    await settled();
    log.put(begun(2));
    log.put(ended(1));
    expect(await held(log)).toEqual([1, 2]);
    await clock.advance(60_000);
    controlled.release();
    await clock.advance(60_000);
    expect(controlled.written).toEqual(['1 DONE', '2 begun']);
    expect([log.waiting, new Set(reports)]).toEqual([0, new Set(['failed: disk full'])]);
  });

  it('drops the oldest of a store that fails for too long, and says how many', async () => {
    const controlled = new ControlledMutations();
    const { log, clock, reports } = openLog(controlled, 20);
    controlled.state = 'failing';
    for (let number = 1; number <= 23; number += 1) log.put(begun(number));
    await settled();
    log.put(begun(24));
    log.put(begun(25));
    expect(reports).toEqual(['failed: disk full', 'lost 2', 'lost 2']);
    controlled.release();
    await clock.advance(1000);
    expect(controlled.written.map((each) => Number.parseInt(each, 10)).at(0)).toBe(5);
  });

  it('drops nothing of a store that works, however much comes at once', async () => {
    const controlled = new ControlledMutations();
    const { log, clock, reports } = openLog(controlled, 5);
    controlled.state = 'slow';
    for (let number = 1; number <= 50; number += 1) log.put(begun(number));
    expect(log.waiting).toBe(50);
    // After a second it counts as one that fails. What is being written stays.
    clock.work(1001);
    log.put(begun(51));
    expect([log.waiting, reports]).toEqual([50, ['lost 1']]);
    controlled.release();
    await settled();
    expect(controlled.written).toHaveLength(50);
    expect(controlled.written[0]).toBe('1 begun');
  });

  it('keeps the last ones in memory when another gateway has taken the store over', async () => {
    const controlled = new ControlledMutations();
    const { log, clock, reports } = openLog(controlled, 3);
    controlled.state = 'taken over';
    for (let number = 1; number <= 5; number += 1) log.put(begun(number));
    await settled();
    log.put(begun(6));
    log.put(begun(7));
    await clock.advance(100_000);
    expect(reports).toEqual(['failed for good: another gateway has taken over the history']);
    expect(await held(log)).toEqual([5, 6, 7]);
    await log.close();
    expect(controlled.written).toEqual([]);
  });

  it('writes once more when it is closed, and nothing after that', async () => {
    const controlled = new ControlledMutations();
    const { log, clock, reports } = openLog(controlled);
    controlled.state = 'failing';
    log.put(begun(1));
    await settled();
    controlled.state = 'well';
    await log.close();
    log.put(begun(2));
    await clock.advance(100_000);
    expect([controlled.written, reports]).toEqual([['1 begun'], ['failed: disk full']]);
  });

  it('drops several at once where there is no store, and keeps as many as were asked for', async () => {
    const log = createMutationLog({ capacity: 20, clock: new TestClock() });
    const sizes: number[] = [];
    for (let number = 1; number <= 29; number += 1) {
      log.put(ended(number));
      sizes.push((await held(log))?.length ?? 0);
    }
    expect(sizes.slice(19)).toEqual([20, 21, 22, 20, 21, 22, 20, 21, 22, 20]);
    expect((await held(log))?.at(-1)).toBe(29);
    await log.close();
  });

  it('has the last ones in memory where there is no store', async () => {
    const log = createMutationLog({ capacity: 3, clock: new TestClock() });
    for (let number = 1; number <= 5; number += 1) log.put(begun(number));
    log.put(ended(4));
    expect(await held(log)).toEqual([3, 4, 5]);
    expect(await log.find({ after: 'id-4', limit: 5, from: 'end' })).toEqual([begun(5)]);
    expect(await log.find({ after: 'id-2', limit: 5, from: 'end' })).toBeUndefined();
    expect(log.waiting).toBe(0);
    await log.close();
  });
});
