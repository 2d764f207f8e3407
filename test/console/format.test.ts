import { describe, expect, it } from 'vitest';
import { count, duration, milliseconds, shortened, withoutTurns } from '../../src/console/format.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('numbers and times for people', () => {
  it('rounds how long something has lasted down, so that it never says more than has passed', () => {
    expect(
      [-5, 0, 999, 59_999, MINUTE, 59 * MINUTE + 59_000, HOUR, HOUR + 5 * MINUTE, DAY, 3 * DAY + 4.5 * HOUR].map(
        duration,
      ),
    ).toEqual(['0 s', '0 s', '0 s', '59 s', '1 min', '59 min', '1 h', '1 h 5 min', '1 d', '3 d 4 h']);
  });

  it('shows as many places of a figure as matter', () => {
    expect([0, 0.4213, 8.06, 12.4, 999, 1000, 4200, 9999, 12_000, 90_000].map(milliseconds)).toEqual([
      '0 ms',
      '0.42 ms',
      '8.1 ms',
      '12 ms',
      '999 ms',
      '1 s',
      '4.2 s',
      '10 s',
      '12 s',
      '1 min',
    ]);
  });

  it('counts one thing in the singular', () => {
    expect([count(0, 'node'), count(1, 'node'), count(4900, 'link'), count(2, 'link is', 'links are')]).toEqual([
      '0 nodes',
      '1 node',
      '4,900 links',
      '2 links are',
    ]);
  });

  it('shortens a long text in its middle', () => {
    expect([shortened('node-2', 6), shortened('a-long-name-2', 9)]).toEqual(['node-2', 'a-long…-2']);
  });

  it('shows characters that turn the direction of writing, and leaves names of other scripts as they are', () => {
    expect(withoutTurns('\u202egnp.exe')).toBe('\ufffdgnp.exe');
    expect(withoutTurns('צומת-2')).toBe('צומת-2');
  });
});
