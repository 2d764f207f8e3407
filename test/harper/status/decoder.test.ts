import { describe, expect, it } from 'vitest';
import { createStatusDecoder, statusAnswer } from '../../../src/harper/status/dialect.ts';
import { below, mutated } from '../../fuzz/generate.ts';
import { connection, socket, status } from '../../support/answers.ts';
import { seeded } from '../../support/script.ts';

/** A body as the wire brings it: no object of it is one of another body. */
function body(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

const two = connection();
const three = connection({ name: 'node-3', url: 'ws://node-3:9933' });

describe('the fast decoder of cluster_status', () => {
  it('says where an answer is wrong', () => {
    const read = createStatusDecoder();
    const { error } = read(body(status([two, connection({ name: 'node-3', database_sockets: [{ connected: 1 }] })])));
    expect(error?.issues[0]?.path.slice(0, 3)).toEqual(['connections', 1, 'database_sockets']);
  });

  it('takes an answer with a field it does not know that lies deeper than the stack', () => {
    const read = createStatusDecoder();
    const deep = (latency: number) => {
      const text = JSON.stringify(status([connection({ unknown: 0, database_sockets: [socket({ latency })] })]));
      return JSON.parse(text.replace('"unknown":0', `"unknown":${'['.repeat(8000)}${']'.repeat(8000)}`)) as unknown;
    };
    for (const latency of [1, 1, 2])
      expect(read(deep(latency)).data?.connections[0]?.databaseSockets[0]?.latency).toBe(latency);
  });

  it('reads whatever comes as the schema alone would', () => {
    const random = seeded(20_261_125);
    const read = createStatusDecoder();
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
