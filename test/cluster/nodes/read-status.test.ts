import { describe, expect, it } from 'vitest';
import { OWN_CREDENTIALS } from '../../../src/auth/credentials.ts';
import { createStatusReader } from '../../../src/cluster/nodes/read-status.ts';
import type { Answered, HarperClient } from '../../../src/harper/client.ts';
import { statusAnswer } from '../../../src/harper/status/dialect.ts';
import { status } from '../../support/answers.ts';

const NOW = new Date('2026-11-23T02:13:00Z');

describe('a status', () => {
  it('is the same object for all reads that one answer serves, and another one for the next answer', async () => {
    const data = statusAnswer.parse(status());
    const first: Answered<unknown> = { data, receivedAt: NOW, nodeTime: null };
    const answers = [first, first, { ...first }];
    const { read } = createStatusReader({ call: async () => answers.shift() } as unknown as HarperClient);
    const [one, two, three] = [await read(OWN_CREDENTIALS), await read(OWN_CREDENTIALS), await read(OWN_CREDENTIALS)];
    expect(two).toBe(one);
    expect(three).toEqual(one);
    expect(three).not.toBe(one);
  });
});
