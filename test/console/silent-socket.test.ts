import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleBrowser, logIn, startConsoleBrowser } from '../support/console.ts';
import { missing } from '../support/graphiql.ts';
import { startProxy } from '../support/proxy.ts';
import { startStack } from '../support/stack.ts';

/** Both cases wait for real seconds, so they wait together. */
const OPTIONS = { timeout: 600_000, concurrent: true };

describe.skipIf(missing)('a connection that goes silent without being closed', OPTIONS, () => {
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    browser = await startConsoleBrowser();
  });
  afterAll(() => browser[Symbol.asyncDispose]());

  /** The console behind a proxy, with a login, showing what is. */
  async function open(proxyPort: number) {
    const { page } = await browser.open(`http://127.0.0.1:${proxyPort}`);
    await logIn(page);
    await page.locator('.trust strong').filter({ hasText: 'Live' }).waitFor();
    return page;
  }

  it('is shown as cut since it was last heard, and comes back by itself', async () => {
    await using stack = await startStack({ consoleFolder: browser.consoleFolder });
    await using proxy = await startProxy(Number(new URL(stack.url).port));
    const page = await open(proxy.port);
    proxy.isSilent = true;
    await page.locator('.banner').filter({ hasText: 'Cut off from the gateway since' }).waitFor();
    expect(await page.textContent('.trust strong')).toBe('Cut off');
    proxy.isSilent = false;
    proxy.cut();
    await page.locator('.banner').filter({ hasText: 'Connected again.' }).waitFor();
    await page.close();
  });

  it('is not what a page sees that could not run itself for longer than an answer may take', async () => {
    await using stack = await startStack({ consoleFolder: browser.consoleFolder });
    await using proxy = await startProxy(Number(new URL(stack.url).port));
    const page = await open(proxy.port);
    await page.evaluate(() => {
      const begun = performance.now();
      // Longer than a ping and its answer may take together.
      while (performance.now() - begun < 5000);
    });
    // The ping after the pause has been answered when the connection has been heard for a while.
    await page.evaluate(async () => {
      for (let frame = 0; frame < 90; frame += 1) await new Promise(requestAnimationFrame);
    });
    expect(await page.textContent('.trust strong')).toBe('Live');
    expect(await page.locator('.banner').count()).toBe(0);
    await page.close();
  });
});
