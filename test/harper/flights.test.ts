import { describe, expect, it } from 'vitest';
import { createFlights, type Run } from '../../src/harper/flights.ts';

const never = new AbortController().signal;

/** Work that is finished by hand; counts how often it was begun. */
function work() {
  const begun: PromiseWithResolvers<number>[] = [];
  const signals: AbortSignal[] = [];
  const run: Run<number> = (signal, started) => {
    signal.throwIfAborted();
    const deferred = Promise.withResolvers<number>();
    begun.push(deferred);
    signals.push(signal);
    signal.addEventListener('abort', () => deferred.reject(signal.reason as Error));
    started();
    return deferred.promise;
  };
  return { run, begun, signals };
}

/** Lets everything that is ready happen. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a shared flight', () => {
  it('serves all who came before it began, and nobody who came after', async () => {
    const flights = createFlights();
    const { run, begun } = work();
    const early = [flights.join('key', run, never), flights.join('key', run, never)];
    await turn();
    const late = [flights.join('key', run, never), flights.join('key', run, never)];
    await turn();
    expect(begun).toHaveLength(1);
    begun[0]?.resolve(1);
    expect(await Promise.all(early)).toEqual([1, 1]);
    await turn();
    expect(begun).toHaveLength(2);
    begun[1]?.resolve(2);
    expect(await Promise.all(late)).toEqual([2, 2]);
  });

  it('is not shared between keys', async () => {
    const flights = createFlights();
    const { run, begun } = work();
    const both = [flights.join('one', run, never), flights.join('other', run, never)];
    await turn();
    expect(begun).toHaveLength(2);
    for (const [index, deferred] of begun.entries()) deferred.resolve(index);
    expect(await Promise.all(both)).toEqual([0, 1]);
  });

  it('gives its failure to all on board, and the next one a fresh start', async () => {
    const flights = createFlights();
    const { run, begun } = work();
    const one = flights.join('key', run, never);
    const other = flights.join('key', run, never);
    await turn();
    begun[0]?.reject(new Error('broken'));
    await expect(one).rejects.toThrow('broken');
    await expect(other).rejects.toThrow('broken');
    const next = flights.join('key', run, never);
    await turn();
    begun[1]?.resolve(2);
    expect(await next).toBe(2);
  });

  it('goes on when a passenger goes away', async () => {
    const flights = createFlights();
    const { run, begun, signals } = work();
    const leaver = new AbortController();
    const one = flights.join('key', run, leaver.signal);
    const other = flights.join('key', run, never);
    await turn();
    leaver.abort(new Error('gone'));
    await expect(one).rejects.toThrow('gone');
    expect(signals[0]?.aborted).toBe(false);
    begun[0]?.resolve(1);
    expect(await other).toBe(1);
  });

  it('goes on when the last passenger goes away, so that no call overlaps it', async () => {
    const flights = createFlights();
    const { run, begun, signals } = work();
    const leaver = new AbortController();
    const one = flights.join('key', run, leaver.signal);
    await turn();
    leaver.abort(new Error('gone'));
    await expect(one).rejects.toThrow('gone');
    const next = flights.join('key', run, never);
    await turn();
    expect([begun.length, signals[0]?.aborted]).toEqual([1, false]);
    begun[0]?.resolve(1);
    await turn();
    begun[1]?.resolve(2);
    expect(await next).toBe(2);
  });

  it('never begins when all have gone before', async () => {
    const flights = createFlights();
    const { run, begun } = work();
    const first = flights.join('key', run, never);
    await turn();
    const leaver = new AbortController();
    const second = flights.join('key', run, leaver.signal);
    leaver.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    begun[0]?.resolve(1);
    await first;
    await turn();
    expect(begun).toHaveLength(1);
  });
});
