import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { lines, logIn, missing, open, shown, startChromium } from '../support/graphiql.ts';
import { startScript } from '../support/script.ts';
import { startStack } from '../support/stack.ts';

const CHANGES = 'subscription Changes { connectionStatusChanged(snapshot: true) { kind database } }';

interface Shown {
  readonly errors?: readonly { message: string }[];
  readonly received: number;
  readonly events: readonly {
    event: number;
    receivedAt: string;
    data: { connectionStatusChanged: { kind: string; database: string | null } };
  }[];
}

describe.skipIf(missing)('a subscription in GraphiQL', { timeout: 600_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  it('shows its last 20 events, the newest first, and the error that ends it', async () => {
    await using stack = await startStack({ settings: { POLL_INTERVAL: '200' } });
    const script = startScript(stack.sandbox, { steps: 3 });
    const { page, strays } = await open(browser, `${stack.url}#query=${encodeURIComponent(CHANGES)}`, {
      width: 1400,
      // The editor has only what is in sight in the page, and all of it is to be read.
      height: 5000,
    });
    const read = async (): Promise<Shown> => JSON.parse((await lines(page, '.result-window')).join('\n'));
    await logIn(page, 'admin', 'sandbox');
    await page.click('.graphiql-execute-button');
    await shown(page, /"received"/);
    script.begin();
    const last20 = await eventually(async () => {
      const { events, received } = await read();
      const told = events.map(({ data }) => {
        const { kind, database } = data.connectionStatusChanged;
        return `${kind} ${database}`;
      });
      expect(told).toEqual(script.expected.toReversed().slice(0, 20));
      expect(script.finished).toBe(true);
      expect(events.map(({ event }) => event)).toEqual(events.map((_, index) => received - index));
      return events;
    });
    expect(last20.map(({ receivedAt }) => receivedAt)).toEqual(
      last20
        .map(({ receivedAt }) => receivedAt)
        .sort()
        .reverse(),
    );

    await stack.stopGateway();
    await shown(page, /The.connection.was.closed/);
    const ended = await read();
    expect(Object.keys(ended)).toEqual(['errors', 'received', 'events']);
    expect(ended.events).toEqual(last20);
    expect(strays).toEqual([]);
    await page.close();
  });

  it('shows a refusal as it came', async () => {
    await using stack = await startStack();
    const { page } = await open(browser, `${stack.url}#query=${encodeURIComponent(CHANGES)}`);
    await logIn(page, 'admin', 'wrong');
    await page.click('.graphiql-execute-button');
    expect(await shown(page, /errors/)).toMatch(/^\{ "errors": \[/);
    await page.close();
  });
});
