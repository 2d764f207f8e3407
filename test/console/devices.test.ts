import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleBrowser, logIn, SIZES, startConsoleBrowser, summary } from '../support/console.ts';
import { fileWith, REDIS_SECRET } from '../support/gateways.ts';
import { missing } from '../support/graphiql.ts';
import { HAS_REDIS, startRedisServer } from '../support/redis-server.ts';
import type { Stack } from '../support/stack.ts';

const VIEWS = ['Overview', 'Nodes', 'Matrix', 'Map', 'Timeline', 'Changes'];

describe.skipIf(missing)('the console by each device', { timeout: 600_000 }, () => {
  let browser: ConsoleBrowser;
  let stack: Stack;
  beforeAll(async () => {
    browser = await startConsoleBrowser();
    stack = await browser.startStack();
  });
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  });

  /** Presses Tab until the focus is on the field or text of that name; fails where that never happens. */
  async function tabTo(page: Page, name: string): Promise<void> {
    for (let presses = 0; presses < 120; presses += 1) {
      await page.keyboard.press('Tab');
      const called = await page.evaluate(() => {
        const focused = document.activeElement;
        return focused?.getAttribute('name') ?? (focused as HTMLElement | null)?.innerText?.trim();
      });
      if (called === name) return;
    }
    throw new Error(`The keyboard does not reach ${name}`);
  }

  it('goes everywhere by the keyboard alone, with the focus in sight', async () => {
    const { page, faults } = await browser.open(stack.url);
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    for (const [field, text] of [
      ['username', 'admin'],
      ['password', 'sandbox'],
    ] as const) {
      await tabTo(page, field);
      await page.keyboard.type(text);
    }
    await page.keyboard.press('Enter');
    await summary(page, 'Healthy');
    for (const view of VIEWS.slice(1)) {
      await tabTo(page, view);
      expect(await page.evaluate(() => document.activeElement?.matches(':focus-visible'))).toBe(true);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: view }).waitFor();
      // The focus follows to the heading, so that a reader begins there.
      await page.waitForFunction(() => document.activeElement?.id === 'heading');
    }
    await tabTo(page, 'Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    await tabTo(page, 'Remove a node');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Remove a node' }).waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });

  it('has targets for a thumb on a phone, and goes everywhere by touch', async () => {
    const { page, faults } = await browser.open(stack.url, { viewport: SIZES.phone, hasTouch: true, isMobile: true });
    await logIn(page);
    await summary(page, 'Healthy');
    for (const view of VIEWS) {
      const place = page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view, exact: true });
      const box = await place.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
      // No label breaks inside a word, or is cut off.
      expect(await place.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
      await place.tap();
      await page.getByRole('heading', { level: 1, name: view }).waitFor();
    }
    await page.getByRole('link', { name: 'Nodes', exact: true }).tap();
    await page.getByRole('link', { name: 'node-3' }).first().tap();
    await page.getByRole('heading', { level: 1, name: 'node-3' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Nodes' }).waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });

  it('opens what a link leads to, once somebody has logged in', async () => {
    const { page, faults } = await browser.open(stack.url, { hash: '#/links/node-2/node-3', viewport: SIZES.wall });
    await logIn(page);
    await page.getByRole('heading', { level: 1, name: 'node-2 and node-3' }).waitFor();
    expect(new URL(page.url()).hash).toBe('#/links/node-2/node-3');
    expect(faults).toEqual([]);
    await page.close();
  });

  it.skipIf(!HAS_REDIS)('goes on live without Redis, and says that changes are not kept', async () => {
    await using redis = await startRedisServer();
    const settings = { REDIS_URL: redis.url, REDIS_SECRET_FILE: fileWith(REDIS_SECRET) };
    await using shared = await browser.startStack({ settings });
    const { page, faults } = await browser.open(shared.url);
    await logIn(page);
    await summary(page, 'Healthy');
    await redis.kill();
    await shared.sandbox.node('node-2').kill();
    await page.locator('.problem').filter({ hasText: 'node-2 does not answer.' }).waitFor();
    expect(await page.textContent('.trust strong')).toBe('Live');
    await page.getByRole('link', { name: 'Timeline' }).click();
    await page.getByText('Changes are not being kept at the moment.').waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });
});
