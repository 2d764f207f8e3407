import { describe, expect, it } from 'vitest';
import { createGate, type Place } from '../../src/harper/gate.ts';

const never = new AbortController().signal;

async function settled(promise: Promise<unknown>): Promise<boolean> {
  const no = Symbol();
  await new Promise((resolve) => setImmediate(resolve));
  return (await Promise.race([promise, Promise.resolve(no)])) !== no;
}

describe('the gate of cluster_status', () => {
  it('lets one call in at a time, in the order they came', async () => {
    const gate = createGate(4);
    const order: number[] = [];
    let inside = 0;
    await Promise.all(
      [1, 2, 3].map(async (number) => {
        const place = await gate.enter(never);
        inside += 1;
        expect(inside).toBe(1);
        order.push(number);
        await Promise.resolve();
        inside -= 1;
        place.answered(true);
      }),
    );
    expect(order).toEqual([1, 2, 3]);
  });

  it('opens after an answer without type, and closes after one with it', async () => {
    const gate = createGate(3);
    (await gate.enter(never)).answered(false);
    expect(gate.width).toBe(3);
    const places = await Promise.all([gate.enter(never), gate.enter(never), gate.enter(never)]);
    const fourth = gate.enter(never);
    expect(await settled(fourth)).toBe(false);
    places[0].answered(true);
    expect(gate.width).toBe(1);
    expect(await settled(fourth)).toBe(false);
    places[1].failed();
    places[2].failed();
    (await fourth).failed();
  });

  it('stays at one for good when a call times out while one that overlapped it was answered', async () => {
    const gate = createGate(2);
    (await gate.enter(never)).answered(false);
    const [lost, lucky] = (await Promise.all([gate.enter(never), gate.enter(never)])) as [Place, Place];
    lucky.answered(false);
    lost.timedOut();
    expect(gate.width).toBe(1);
    (await gate.enter(never)).answered(false);
    expect(gate.width).toBe(1);
  });

  it('stays open when all calls time out together: that node is frozen, not confused', async () => {
    const gate = createGate(2);
    (await gate.enter(never)).answered(false);
    const [one, other] = (await Promise.all([gate.enter(never), gate.enter(never)])) as [Place, Place];
    one.timedOut();
    other.timedOut();
    expect(gate.width).toBe(2);
  });

  it('forgets who gives up waiting', async () => {
    const gate = createGate(1);
    const first = await gate.enter(never);
    const impatient = new AbortController();
    const second = gate.enter(impatient.signal);
    const third = gate.enter(never);
    impatient.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    first.answered(true);
    (await third).answered(true);
  });
});
