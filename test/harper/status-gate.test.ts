import { describe, expect, it } from 'vitest';
import { createGate, type Gate, type Place } from '../../src/harper/status-gate.ts';

/** Enters a gate; `place` is there when admitted. */
function enter(gate: Gate): { readonly place: Place | undefined; leave(): void } {
  let place: Place | undefined;
  const entrant = {
    admitted(given: Place) {
      place = given;
    },
  };
  gate.enter(entrant);
  return {
    get place() {
      return place;
    },
    leave: () => gate.leave(entrant),
  };
}

describe('the gate of cluster_status', () => {
  it('lets one call in at a time, in the order they came', () => {
    const gate = createGate(4);
    const calls = [enter(gate), enter(gate), enter(gate)];
    const inside = () => calls.map(({ place }) => place !== undefined);
    expect(inside()).toEqual([true, false, false]);
    calls[0]?.place?.answered(true);
    expect(inside()).toEqual([true, true, false]);
    calls[1]?.place?.answered(true);
    expect(inside()).toEqual([true, true, true]);
  });

  it('opens after an answer without type, and closes after one with it', () => {
    const gate = createGate(3);
    enter(gate).place?.answered(false);
    expect(gate.width).toBe(3);
    const [one, two, three, fourth] = [enter(gate), enter(gate), enter(gate), enter(gate)];
    expect([three.place !== undefined, fourth.place]).toEqual([true, undefined]);
    one.place?.answered(true);
    expect([gate.width, fourth.place]).toEqual([1, undefined]);
    two.place?.failed();
    expect(fourth.place).toBeUndefined();
    three.place?.failed();
    expect(fourth.place).toBeDefined();
  });

  it('stays at one for good when a call times out while one that overlapped it was answered', () => {
    const gate = createGate(2);
    enter(gate).place?.answered(false);
    const [lost, lucky] = [enter(gate), enter(gate)];
    lucky.place?.answered(false);
    lost.place?.timedOut();
    expect(gate.width).toBe(1);
    enter(gate).place?.answered(false);
    expect(gate.width).toBe(1);
  });

  it('stays open when all calls time out together: that node is frozen, not confused', () => {
    const gate = createGate(2);
    enter(gate).place?.answered(false);
    const [one, other] = [enter(gate), enter(gate)];
    one.place?.timedOut();
    other.place?.timedOut();
    expect(gate.width).toBe(2);
  });

  it('forgets who gives up waiting', () => {
    const gate = createGate(1);
    const [first, second, third] = [enter(gate), enter(gate), enter(gate)];
    second.leave();
    // Who is inside does not wait.
    first.leave();
    first.place?.answered(true);
    expect([second.place, third.place !== undefined]).toEqual([undefined, true]);
  });
});
