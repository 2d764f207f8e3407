import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { buildSchema, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createFanOut } from '../../src/graphql/fan-out.ts';

const schema = buildSchema('type Query { text: String }');
const args = { schema, document: parse('{ text }') };

/** An event whose text is made when it is executed, and how often it was. */
class Event {
  executed = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  text(): string {
    this.executed += 1;
    return this.#text;
  }
}

function start() {
  const fanOut = createFanOut(true);
  return (event: Event) => fanOut.payload(event, 'group', { args: () => args, showErrors: () => [] });
}

describe('payloads', () => {
  it('are made once for each event, also where every reader takes a long burst before the next one does', async () => {
    const payload = start();
    const events = Array.from({ length: 300 }, (_, n) => new Event(`text ${n}`));
    for (let reader = 0; reader < 5; reader += 1) {
      for (const [n, event] of events.entries())
        expect(await payload(event)).toBe(JSON.stringify({ data: { text: `text ${n}` } }));
    }
    expect(events.every(({ executed }) => executed === 1)).toBe(true);
  });

  it('are forgotten, the oldest first, where they take too much, and made again for who still wants them', async () => {
    const payload = start();
    const events = Array.from({ length: 20 }, (_, n) => new Event(String(n % 10).repeat(1_000_000)));
    for (const event of events) await payload(event);
    const [first, last] = [events[0] as Event, events[19] as Event];
    expect(await payload(last)).toContain('999');
    expect(await payload(first)).toContain('000');
    expect([first.executed, last.executed]).toEqual([2, 1]);
  });

  it('keep no event that nobody else keeps', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const payload = start();
    const events = Array.from({ length: 1000 }, () => new WeakRef(new Event('short')));
    for (const event of events) await payload(event.deref() as Event);
    // A WeakRef keeps its target until the task that looked at it is over.
    await new Promise((resolve) => setImmediate(resolve));
    gc();
    expect(events.filter((event) => event.deref() !== undefined).length).toBeLessThan(10);
  });
});
