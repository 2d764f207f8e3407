import { describe, expect, it } from 'vitest';
import { withLatest } from '../../src/console/parts/use-in-steps.ts';
import { seeded } from '../support/script.ts';

describe('parts that show the latest one step after the other', () => {
  it('take it from the first on, so many in each step', () => {
    const before = [1, 1, 1, 1, 1];
    const once = withLatest(before, 2, 2);
    expect(once).toEqual([2, 2, 1, 1, 1]);
    const twice = withLatest(once, 2, 2);
    expect(twice).toEqual([2, 2, 2, 2, 1]);
    expect(withLatest(twice, 2, 2)).toEqual([2, 2, 2, 2, 2]);
    expect(before).toEqual([1, 1, 1, 1, 1]);
  });

  it('all come to the latest, whatever comes meanwhile, and go back to nothing earlier', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = seeded(seed);
      const below = (end: number) => Math.floor(random() * end);
      const step = 1 + below(9);
      let shown: readonly number[] = Array.from({ length: below(60) }, () => 0);
      let latest = 0;
      for (let turn = 0; turn < 30; turn += 1) {
        if (random() < 0.3) latest += 1;
        const next = withLatest(shown, latest, step);
        const changed = next.filter((each, at) => each !== shown[at]);
        const behind = shown.filter((each) => each !== latest).length;
        expect(changed.length).toBe(Math.min(step, behind));
        expect(changed.every((each) => each === latest)).toBe(true);
        shown = next;
      }
      for (let turn = 0; turn < Math.ceil(shown.length / step); turn += 1) shown = withLatest(shown, latest, step);
      expect(shown.every((each) => each === latest)).toBe(true);
    }
  });
});
