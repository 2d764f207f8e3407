import { describe, expect, it } from 'vitest';
import { createStatusGate, type Permit, type StatusGate } from '../../src/harper/status-gate.ts';

const WORKER = 'answered by a worker';
const MAIN = 'answered by the main thread';

/** Asks for a permit; `permit` is there once it was given. */
function acquire(gate: StatusGate): { readonly permit: Permit | undefined; cancel(): void } {
  let permit: Permit | undefined;
  const cancel = gate.acquire((given) => {
    permit = given;
  });
  return {
    get permit() {
      return permit;
    },
    cancel,
  };
}

describe('the gate of cluster_status', () => {
  it('gives one permit at a time, first come first served', () => {
    const gate = createStatusGate(4);
    const calls = [acquire(gate), acquire(gate), acquire(gate)];
    const inFlight = () => calls.map(({ permit }) => permit !== undefined);
    expect(inFlight()).toEqual([true, false, false]);
    calls[0]?.permit?.release(WORKER);
    expect(inFlight()).toEqual([true, true, false]);
    calls[1]?.permit?.release(WORKER);
    expect(inFlight()).toEqual([true, true, true]);
  });

  it('widens after an answer without type, and narrows after one with it', () => {
    const gate = createStatusGate(3);
    acquire(gate).permit?.release(MAIN);
    expect(gate.width).toBe(3);
    const [one, two, three, fourth] = [acquire(gate), acquire(gate), acquire(gate), acquire(gate)];
    expect([three.permit !== undefined, fourth.permit]).toEqual([true, undefined]);
    one.permit?.release(WORKER);
    expect([gate.width, fourth.permit]).toEqual([1, undefined]);
    two.permit?.release('failed');
    expect(fourth.permit).toBeUndefined();
    three.permit?.release('failed');
    expect(fourth.permit).toBeDefined();
  });

  it('stays at one for good when a call times out while one that overlapped it was answered', () => {
    const gate = createStatusGate(2);
    acquire(gate).permit?.release(MAIN);
    const [lost, answered] = [acquire(gate), acquire(gate)];
    answered.permit?.release(MAIN);
    lost.permit?.release('timed out');
    expect(gate.width).toBe(1);
    acquire(gate).permit?.release(MAIN);
    expect(gate.width).toBe(1);
  });

  it('stays wide when all calls time out together: that node is frozen, and loses no answers', () => {
    const gate = createStatusGate(2);
    acquire(gate).permit?.release(MAIN);
    const [one, other] = [acquire(gate), acquire(gate)];
    one.permit?.release('timed out');
    other.permit?.release('timed out');
    expect(gate.width).toBe(2);
  });

  it('gives no permit to one who has cancelled', () => {
    const gate = createStatusGate(1);
    const [first, second, third] = [acquire(gate), acquire(gate), acquire(gate)];
    second.cancel();
    // One who has a permit does not wait.
    first.cancel();
    first.permit?.release(WORKER);
    expect([second.permit, third.permit !== undefined]).toEqual([undefined, true]);
  });
});
