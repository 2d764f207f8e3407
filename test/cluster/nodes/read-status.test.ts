import { describe, expect, it } from 'vitest';
import { OWN_CREDENTIALS } from '../../../src/auth/credentials.ts';
import { createStatusReader } from '../../../src/cluster/nodes/read-status.ts';
import type { Answered, HarperClient } from '../../../src/harper/client.ts';
import { statusAnswer } from '../../../src/harper/status/dialect.ts';
import type { Waiter } from '../../../src/util/waiter.ts';
import { status } from '../../support/answers.ts';

const NOW = new Date('2026-11-23T02:13:00Z');

describe('a status', () => {
  it('is the same object for all reads that one answer serves, and another one for the next answer', async () => {
    const data = statusAnswer.parse(status());
    const first: Answered<unknown> = { data, receivedAt: NOW, nodeTime: null };
    const answers = [first, first, { ...first }];
    const read = (_: unknown, __: unknown, waiter: Waiter<unknown>) => waiter.resolve(answers.shift());
    const awaitStatus = createStatusReader({ read } as unknown as HarperClient);
    const statuses: unknown[] = [];
    for (const _ of [1, 2, 3]) {
      awaitStatus(OWN_CREDENTIALS, { resolve: (status) => statuses.push(status), reject: expect.unreachable });
    }
    const [one, two, three] = statuses;
    expect(two).toBe(one);
    expect(three).toEqual(one);
    expect(three).not.toBe(one);
  });
});
