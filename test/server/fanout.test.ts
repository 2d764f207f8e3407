import { buildSchema, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createFanOut } from '../../src/server/fanout.ts';

describe('payloads', () => {
  it('are made once for each event, also where every reader takes a long burst before the next one does', async () => {
    const fanOut = createFanOut(true);
    let executed = 0;
    const schema = buildSchema('type Query { n: Int }');
    const args = { schema, document: parse('{ n }') };
    const events = Array.from({ length: 300 }, (_, n) => ({
      n() {
        executed += 1;
        return n;
      },
    }));
    for (let reader = 0; reader < 5; reader += 1) {
      for (const [n, event] of events.entries())
        expect(
          await fanOut.payload(
            event,
            () => args,
            'group',
            () => [],
          ),
        ).toBe(JSON.stringify({ data: { n } }));
    }
    expect(executed).toBe(300);
  });
});
