import { describe, expect, it } from 'vitest';
import { createKeyedPool } from '../../src/util/keyed-pool.ts';

const create = () =>
  createKeyedPool(
    () => ({ busy: false }),
    ({ busy }) => !busy,
  );

describe('a keyed pool', () => {
  it('gives the same object for the same key', () => {
    const pool = create();
    expect(pool.get('a')).toBe(pool.get('a'));
    expect(pool.get('b')).not.toBe(pool.get('a'));
  });

  it('takes any key, also one that is a property of every object', () => {
    const pool = create();
    for (const key of ['constructor', '__proto__', 'toString', '']) expect(pool.get(key)).toEqual({ busy: false });
    expect(pool.size).toBe(4);
  });

  it('removes what is idle when there is much of it, and never what is busy', () => {
    const pool = create();
    const busy = pool.get('busy');
    busy.busy = true;
    for (let index = 0; index < 100_000; index += 1) pool.get(`key ${index}`);
    expect(pool.size).toBeLessThanOrEqual(2000);
    expect(pool.get('busy')).toBe(busy);
  });

  it('keeps any number of busy objects', () => {
    const pool = create();
    for (let index = 0; index < 5000; index += 1) pool.get(`key ${index}`).busy = true;
    expect(pool.size).toBe(5000);
  });
});
