import { describe, expect, it } from 'vitest';
import { createTimeReader, toDate } from '../../src/harper/times.ts';

describe('a time of Harper', () => {
  it.each([
    ['Mon, 23 Nov 2026 02:12:57 GMT', new Date('2026-11-23T02:12:57Z')],
    ['2026-11-23T02:12:57.123Z', new Date('2026-11-23T02:12:57.123Z')],
    [1_795_400_164_450, new Date(1_795_400_164_450)],
    ['0000-01-01T00:00:00Z', new Date('0000-01-01T00:00:00Z')],
    ['9999-12-31T23:59:59.999Z', new Date('9999-12-31T23:59:59.999Z')],
    // What no RFC 3339 text can say is no time.
    ['-000001-12-31T23:59:59.999Z', null],
    ['+010000-01-01T00:00:00Z', null],
    [253_402_300_800_000, null],
    [8.64e15, null],
    [-8.64e15, null],
    [Number.NaN, null],
    ['Copying', null],
    ['', null],
    ['GMT', null],
    ['x'.repeat(10_000), null],
    [0, null],
    [null, null],
    [undefined, null],
  ])('%s is %s', (value, moment) => {
    const readTime = createTimeReader();
    for (const read of [toDate, readTime, readTime]) expect(read(value)).toEqual(moment);
  });

  it('is the moment it stands for, however many others were read before', () => {
    const readTime = createTimeReader();
    const begin = Date.UTC(2026, 10, 23, 2, 12, 57);
    // More than an hour, so that some have their minute and second in common.
    const moments = Array.from({ length: 4000 }, (_, index) => new Date(begin + index * 1000));
    for (const moment of [...moments, ...moments.toReversed()]) {
      expect(readTime(moment.toUTCString())?.getTime()).toBe(moment.getTime());
      expect(readTime(moment.toISOString())?.getTime()).toBe(moment.getTime());
    }
  });

  it('is the same object when it is read again, and writes the same text', () => {
    const readTime = createTimeReader();
    const moment = readTime('Mon, 23 Nov 2026 02:12:57 GMT');
    expect(readTime('Mon, 23 Nov 2026 02:12:57 GMT')).toBe(moment);
    expect([moment?.toISOString(), moment?.toISOString()]).toEqual(Array(2).fill('2026-11-23T02:12:57.000Z'));
    expect(JSON.stringify(moment)).toBe('"2026-11-23T02:12:57.000Z"');
  });

  it.each(['Mon, 23 Nov 2026 zz:zz:zz GMT', '~~~~~~~~~~~~~~~~~~~~~~~~~~~~~', '2026-11-23T02:12:57.123+00:00'])(
    'that looks like another one is still read as it is: %j',
    (text) => {
      const [expected, readTime] = [new Date(text), createTimeReader()];
      const date = Number.isNaN(expected.getTime()) ? null : expected;
      expect([readTime(text), readTime(text)]).toEqual([date, date]);
    },
  );
});
