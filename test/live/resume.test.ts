import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type ChangeEvent, overSse, overWebSocket } from '../support/live.ts';
import { seeded, startScript } from '../support/script.ts';
import { startStack } from '../support/stack.ts';

const CHANGES = 2000;
const CUTS = 200;

describe.each([
  ['WebSocket', overWebSocket],
  ['SSE', overSse],
] as const)('a client over %s that is cut off at random and comes back with its cursor', (_, subscribe) => {
  it(`ends with exactly the ${CHANGES} changes, in order, after ${CUTS} cuts`, { timeout: 180_000 }, async () => {
    await using stack = await startStack({
      sandbox: { nodes: 1 },
      settings: { POLL_INTERVAL: '100', READ_TIMEOUT: '2000' },
    });
    const script = startScript(stack.sandbox, { steps: CHANGES / 10 });
    const random = seeded(7);
    const seen: string[] = [];
    let after: string | undefined;
    let cuts = 0;
    const take = ({ cursor, kind, database }: ChangeEvent) => {
      after = cursor;
      seen.push(`${kind} ${database}`);
    };
    {
      // A first look, so that there is a cursor from before the first change.
      await using first = subscribe<ChangeEvent>(stack, undefined, { snapshot: true });
      for (let count = 0; count < 42; count += 1) after = (await first.next()).cursor;
    }
    script.begin();
    while (cuts < CUTS) {
      cuts += 1;
      await using client = subscribe<ChangeEvent>(stack, undefined, { after });
      const most = 1 + Math.floor(random() * 20);
      for (let count = 0; count < most && seen.length < CHANGES; count += 1) take(await client.next());
    }
    await using last = subscribe<ChangeEvent>(stack, undefined, { after });
    while (seen.length < CHANGES) take(await last.next());
    await eventually(() => expect(script.finished).toBe(true));
    expect(cuts).toBe(CUTS);
    expect(seen).toEqual(script.expected);
  });
});
