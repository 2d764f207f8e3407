import { describe, expect, it } from 'vitest';
import { createStatusReader, statusAnswer } from '../../../src/harper/status/dialect.ts';
import { isSameJson } from '../../../src/util/same-json.ts';
import { below, mutated } from '../../fuzz/generate.ts';
import { connection, socket, status } from '../../support/answers.ts';
import { seeded } from '../../support/script.ts';

/** A body as the wire brings it: no object of it is one of another body. */
function body(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

const two = connection();
const three = connection({ name: 'node-3', url: 'ws://node-3:9933' });

describe('a reader of one answer after the other', () => {
  it('takes over the peers that say the same, wherever they stand, and no others', () => {
    const read = createStatusReader();
    const first = read(body(status([two, three]))).data?.connections;
    const moved = connection({ database_sockets: [socket({ latency: 3 })] });
    const second = read(body(status([three, moved]))).data?.connections;
    expect(second?.map(({ name }) => name)).toEqual(['node-2', 'node-3']);
    expect(second?.[1]).toBe(first?.[1]);
    expect(second?.[0]?.databaseSockets[0]?.latency).toBe(3);
  });

  it('takes nothing over from another node, whose view it would not be', () => {
    const read = createStatusReader();
    read(body(status([two])));
    const other = read(body(status([two], { node_name: 'node-9' }))).data?.connections[0];
    expect(other?.databaseSockets[0]?.nodeName).toBe('node-9');
  });

  it('says where an answer is wrong, and goes on from the last good one', () => {
    const read = createStatusReader();
    const [good] = read(body(status([two]))).data?.connections ?? [];
    const { error } = read(body(status([two, connection({ name: 'node-3', database_sockets: [{ connected: 1 }] })])));
    expect(error?.issues[0]?.path.slice(0, 3)).toEqual(['connections', 1, 'database_sockets']);
    expect(read(body(status([two]))).data?.connections[0]).toBe(good);
  });

  it('takes an answer with a field it does not know that lies deeper than the stack', () => {
    const read = createStatusReader();
    const deep = (latency: number) => {
      const text = JSON.stringify(status([connection({ unknown: 0, database_sockets: [socket({ latency })] })]));
      return JSON.parse(text.replace('"unknown":0', `"unknown":${'['.repeat(8000)}${']'.repeat(8000)}`)) as unknown;
    };
    for (const latency of [1, 1, 2])
      expect(read(deep(latency)).data?.connections[0]?.databaseSockets[0]?.latency).toBe(latency);
  });

  it('reads whatever comes as the schema alone would', () => {
    const random = seeded(20_261_125);
    const read = createStatusReader();
    const seen = { good: 0, bad: 0 };
    let answer: unknown = status([two, three]);
    for (let round = 0; round < 3000; round += 1) {
      if (below(random, 20) === 0) answer = status([two, three]);
      else if (below(random, 2) === 0) answer = mutated(random, answer);
      const result = read(body(answer));
      const expected = statusAnswer.safeParse(body(answer));
      expect(result.data).toEqual(expected.data);
      expect(result.error?.issues).toEqual(expected.error?.issues);
      seen[result.success ? 'good' : 'bad'] += 1;
    }
    expect(Math.min(seen.good, seen.bad)).toBeGreaterThan(300);
  });
});

describe('sameness of JSON', () => {
  it.each([
    [{ a: 1, b: [null, { c: 'x' }] }, { b: [null, { c: 'x' }], a: 1 }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: 1, b: 2 }, { a: 1 }, false],
    [{ a: 1 }, { b: 1 }, false],
    [[1, 2], [1, 2, 3], false],
    [[], {}, false],
    [{ 0: 1 }, [1], false],
    [null, {}, false],
    ['1', 1, false],
    [{ a: null }, {}, false],
    [{ toString: {} }, { b: [] }, false],
    [JSON.parse('{"__proto__":{}}'), { b: [] }, false],
    [JSON.parse('{"__proto__":{}}'), {}, false],
  ])('%j and %j: %s', (one, other, isSame) => {
    expect([isSameJson(one, other), isSameJson(other, one)]).toEqual([isSame, isSame]);
  });
});
