import { describe, expect, it } from 'vitest';
import { createRoster } from '../../src/util/keyed-pool.ts';

const create = () =>
  createRoster(
    () => ({ busy: false }),
    ({ busy }) => !busy,
  );

describe('a roster', () => {
  it('gives the same thing for the same key', () => {
    const roster = create();
    expect(roster.of('a')).toBe(roster.of('a'));
    expect(roster.of('b')).not.toBe(roster.of('a'));
  });

  it('forgets what is idle when there is much of it, and never what is busy', () => {
    const roster = create();
    const busy = roster.of('busy');
    busy.busy = true;
    for (let index = 0; index < 100_000; index += 1) roster.of(`key ${index}`);
    expect(roster.size).toBeLessThanOrEqual(2000);
    expect(roster.of('busy')).toBe(busy);
  });

  it('keeps any number of what is busy', () => {
    const roster = create();
    for (let index = 0; index < 5000; index += 1) roster.of(`key ${index}`).busy = true;
    expect(roster.size).toBe(5000);
  });
});
