import { describe, expect, it } from 'vitest';
import { createCohort } from '../../src/util/batch.ts';

describe('a cohort of answers', () => {
  it('acts at once on the only one that is awaited', () => {
    const cohort = createCohort();
    const acted: string[] = [];
    cohort.expect();
    cohort.arrive(() => acted.push('first'));
    cohort.expect();
    cohort.arrive(() => acted.push('second'));
    expect(acted).toEqual(['first', 'second']);
  });

  it('acts on those that come in one turn together, in their order, and waits for no other', async () => {
    const cohort = createCohort();
    const acted: string[] = [];
    for (let awaited = 0; awaited < 3; awaited += 1) cohort.expect();
    const act = (name: string) => () => {
      acted.push(name);
      // What follows from one comes after the next has been acted on.
      void Promise.resolve().then(() => acted.push(`after ${name}`));
    };
    cohort.arrive(act('first'));
    await Promise.resolve();
    cohort.arrive(act('second'));
    expect(acted).toEqual([]);
    await new Promise(setImmediate);
    expect(acted).toEqual(['first', 'second', 'after first', 'after second']);
  });

  it('counts one that will not come any more as awaited no longer', () => {
    const cohort = createCohort();
    const acted: string[] = [];
    cohort.expect();
    cohort.expect();
    cohort.miss();
    cohort.arrive(() => acted.push('the other'));
    expect(acted).toEqual(['the other']);
  });

  it('keeps an answer behind those that came before it', async () => {
    const cohort = createCohort();
    const acted: string[] = [];
    cohort.expect();
    cohort.expect();
    cohort.arrive(() => acted.push('first'));
    cohort.arrive(() => acted.push('last awaited'));
    expect(acted).toEqual([]);
    await new Promise(setImmediate);
    expect(acted).toEqual(['first', 'last awaited']);
  });
});
