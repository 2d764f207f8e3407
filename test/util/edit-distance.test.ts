import { describe, expect, it } from 'vitest';
import { editDistance } from '../../src/util/edit-distance.ts';

describe('the edit distance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['same', 'same', 0],
    ['kitten', 'sitting', 3],
    ['interval', 'intervall', 1],
    ['depth', 'depht', 1],
    ['ab', 'ba', 1],
    ['flaw', 'lawn', 2],
    // A pair that was exchanged is not edited again: that would be 2 otherwise.
    ['ca', 'abc', 3],
  ])('from %j to %j is %i', (one, other, distance) => {
    expect(editDistance(one, other)).toBe(distance);
    expect(editDistance(other, one)).toBe(distance);
  });
});
