import { describe, expect, it } from 'vitest';
import { toDate, toText } from '../../src/harper/times.ts';

const BEGIN = Date.UTC(2026, 10, 23, 2, 12, 57);

describe('times of Harper', () => {
  it('are the moments they stand for, however many come and whichever came before', () => {
    // Far more than are remembered.
    const moments = Array.from({ length: 20_000 }, (_, index) => new Date(BEGIN + index * 1000 + (index % 7) * 37));
    for (const moment of [...moments, ...moments.toReversed()]) {
      expect(toDate(moment.toISOString())).toEqual(moment);
      expect(toDate(moment.toUTCString())?.getTime()).toBe(Math.floor(moment.getTime() / 1000) * 1000);
      expect(toText(moment)).toBe(moment.toISOString());
    }
  });

  it.each([
    [1_795_400_164_450, new Date(1_795_400_164_450)],
    ['Copying', null],
    ['', null],
    ['GMT', null],
    ['x'.repeat(10_000), null],
    [0, null],
    [null, null],
    [undefined, null],
  ])('%s is %s', (value, moment) => {
    expect(toDate(value)).toEqual(moment);
    expect(toDate(value)).toEqual(moment);
  });
});
