import { describe, expect, it } from 'vitest';
import { createFlights, type Flight } from '../../src/util/single-flight.ts';

/** Flights whose calls are started and ended by hand, and what has become of their passengers. */
function airport(patience = 10_000) {
  const flights = createFlights<number>(patience);
  const begun: Flight<number>[] = [];
  const log: string[] = [];
  const run = (flight: Flight<number>) => void begun.push(flight);
  return {
    begun,
    log,
    join: (key: string, name: string, late: () => void = () => undefined) =>
      flights.join(key, run, {
        started: () => log.push(`${name} started`),
        landed: (answer) => log.push(`${name} ${answer}`),
        failed: (reason) => log.push(`${name} ${(reason as Error).message}`),
        late() {
          log.push(`${name} late`);
          late();
        },
      }),
  };
}

describe('a shared flight', () => {
  it('serves all who came before its request went out, and nobody who came after', () => {
    const { begun, log, join } = airport();
    for (const name of ['a', 'b']) join('key', name);
    begun[0]?.start();
    for (const name of ['c', 'd']) join('key', name);
    expect(begun).toHaveLength(1);
    begun[0]?.land(1);
    expect(log).toEqual(['a started', 'b started', 'a 1', 'b 1']);
    expect(begun).toHaveLength(2);
    begun[1]?.start();
    begun[1]?.land(2);
    expect(log.slice(4)).toEqual(['c started', 'd started', 'c 2', 'd 2']);
  });

  it('is not shared between keys', () => {
    const { begun, log, join } = airport();
    join('one', 'a');
    join('other', 'b');
    for (const [index, flight] of begun.entries()) {
      flight.start();
      flight.land(index);
    }
    expect(log).toEqual(['a started', 'a 0', 'b started', 'b 1']);
  });

  it('gives its failure to all on board, and the next one a fresh start', () => {
    const { begun, log, join } = airport();
    for (const name of ['a', 'b']) join('key', name);
    begun[0]?.start();
    begun[0]?.fail(new Error('broken'));
    join('key', 'c');
    begun[1]?.start();
    begun[1]?.land(2);
    expect(log.filter((line) => !line.endsWith('started'))).toEqual(['a broken', 'b broken', 'c 2']);
  });

  it('ends even where it never started', () => {
    const { begun, log, join } = airport();
    join('key', 'a');
    begun[0]?.fail(new Error('broken'));
    join('key', 'b');
    begun[1]?.start();
    begun[1]?.land(2);
    expect(log).toEqual(['a broken', 'b started', 'b 2']);
  });

  it('goes on when a passenger goes away', () => {
    const { begun, log, join } = airport();
    const leaver = join('key', 'a');
    join('key', 'b');
    leaver.leave();
    leaver.leave();
    begun[0]?.start();
    begun[0]?.land(1);
    expect(log).toEqual(['b started', 'b 1']);
  });

  it('goes on when the last passenger goes away, so that no call overlaps it', () => {
    const { begun, log, join } = airport();
    const leaver = join('key', 'a');
    begun[0]?.start();
    leaver.leave();
    join('key', 'b');
    expect(begun).toHaveLength(1);
    begun[0]?.land(1);
    expect(begun).toHaveLength(2);
    begun[1]?.start();
    begun[1]?.land(2);
    expect(log).toEqual(['a started', 'b started', 'b 2']);
  });

  it('never departs when all have gone before', () => {
    const { begun, join } = airport();
    join('key', 'a');
    begun[0]?.start();
    join('key', 'b').leave();
    begun[0]?.land(1);
    expect(begun).toHaveLength(1);
  });

  it('is given up when all have gone while it waited for its turn, and whoever comes then has one of their own', () => {
    const { begun, log, join } = airport();
    let abandoned = 0;
    const leaver = join('key', 'a');
    const [first] = begun as [Flight<number>];
    first.abandoned = () => {
      abandoned += 1;
    };
    leaver.leave();
    expect(abandoned).toBe(1);
    join('key', 'b');
    first.land(1);
    expect(log).toEqual([]);
    begun[1]?.start();
    begun[1]?.land(2);
    expect(log).toEqual(['b started', 'b 2']);
  });

  it('fails each passenger at its own time, and does not depart for those who have gone', async () => {
    const { begun, log, join } = airport(50);
    const late = Promise.withResolvers<void>();
    join('key', 'a');
    begun[0]?.start();
    join('key', 'b', late.resolve);
    await late.promise;
    expect(log).toEqual(['a started', 'a late', 'b late']);
    begun[0]?.land(1);
    expect([log.length, begun.length]).toEqual([3, 1]);
  });

  it('serves the others, and departs for the next, even when a passenger breaks', () => {
    const flights = createFlights<number>(10_000);
    const begun: Flight<number>[] = [];
    const run = (flight: Flight<number>) => void begun.push(flight);
    const broken = () => {
      throw new Error('broken passenger');
    };
    const others = { failed: () => undefined, late: () => undefined };
    const answers: number[] = [];
    flights.join('key', run, { landed: broken, ...others });
    flights.join('key', run, { landed: (answer) => void answers.push(answer), ...others });
    begun[0]?.start();
    flights.join('key', run, { landed: (answer) => void answers.push(answer), ...others });
    expect(() => begun[0]?.land(1)).toThrow('broken passenger');
    begun[1]?.land(2);
    expect(answers).toEqual([1, 2]);
  });
});
