import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clickTab, logIn, missing, open, run, startChromium, tabsOf } from '../support/graphiql.ts';
import { startStack } from '../support/stack.ts';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
  { width: 390, height: 844 },
];

/** The controls that a person can neither see nor scroll to. */
function hidden(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const scrolls = (element: Element) => {
      const { overflowX, overflowY } = getComputedStyle(element);
      return /auto|scroll/.test(`${overflowX} ${overflowY}`);
    };
    const isReached = (control: Element) => {
      const { left, right, top, bottom } = control.getBoundingClientRect();
      const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      return hit !== null && (control.contains(hit) || hit.contains(control));
    };
    const isScrolledTo = (control: Element) => {
      for (let parent = control.parentElement; parent !== null; parent = parent.parentElement) {
        if (scrolls(parent)) return true;
      }
      return false;
    };
    return [...document.querySelectorAll('button, input, select, a[href]')]
      .filter((control) => control.checkVisibility({ visibilityProperty: true }) && !control.closest('.monaco-editor'))
      .filter((control) => !isReached(control) && !isScrolledTo(control))
      .map((control) => control.outerHTML.slice(0, 200));
  });
}

/** Where something ends at its right. */
async function rightOf(what: Locator): Promise<number> {
  const box = await what.boundingBox();
  return box === null ? Number.POSITIVE_INFINITY : box.x + box.width;
}

/** Pushes the tabs to the left with a finger. */
async function pushTabs(page: Page): Promise<void> {
  const bar = await page.locator('.graphiql-tabs').boundingBox();
  if (bar === null) throw new Error('There are no tabs.');
  const y = bar.y + bar.height / 2;
  const session = await page.context().newCDPSession(page);
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: 330, y }] });
  for (let x = 320; x >= 20; x -= 20) {
    await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [{ x, y }] });
  }
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await session.detach();
}

describe.skipIf(missing)('the layout of GraphiQL', { timeout: 600_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  it('opens each tab at the first click of a mouse, and has all controls in reach', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const { page } = await open(browser, stack.url, { width: 1280, height: 800 });
    const clicked = ['Peer', 'AddNode', 'ConfigureCluster', 'LiveStatus', 'ClusterStatus'];
    const opened: (string | null)[] = [];
    for (const title of clicked) opened.push(await clickTab(page, title));
    expect(opened).toEqual(clicked);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      expect(await hidden(page)).toEqual([]);
      expect(await page.evaluate(() => [document.body.scrollWidth, document.documentElement.scrollHeight])).toEqual([
        size.width,
        size.height,
      ]);
    }
    await page.close();
  });

  it('stacks its panes on a phone, on which every tab is reached by scrolling', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const { page } = await open(browser, stack.url, { width: 390, height: 844 });
    const [query, answer] = [page.locator('.graphiql-query-editor'), page.locator('.result-window')];
    const [above, below] = [await query.boundingBox(), await answer.boundingBox()];
    expect(above?.width).toBeGreaterThan(350);
    expect(below?.width).toBeGreaterThan(350);
    expect(below?.height).toBeGreaterThan(250);
    expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThanOrEqual(below?.y ?? 0);
    expect(await page.evaluate(() => [document.body.scrollWidth, document.documentElement.scrollHeight])).toEqual([
      390, 844,
    ]);
    await logIn(page, 'admin', 'sandbox');
    for (const title of ['ConfigureCluster', 'ClusterStatus']) {
      await page.getByRole('button', { name: title, exact: true }).scrollIntoViewIfNeeded();
      expect(await clickTab(page, title)).toBe(title);
    }
    await run(page, 'ClusterStatus', /STANDALONE/);
    await page.close();
  });

  it('opens its last tab by a finger that pushes the tabs along', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const { page } = await open(browser, stack.url, { width: 390, height: 844, hasTouch: true });
    const titles = await tabsOf(page);
    const last = titles.at(-1) ?? '';
    const tab = page.getByRole('button', { name: last, exact: true });
    // A push moves the tabs by less than the width of the window; twenty of them are more than enough.
    for (let push = 0; push < 20 && (await rightOf(tab)) > 390; push += 1) await pushTabs(page);
    expect(await rightOf(tab)).toBeLessThanOrEqual(390);
    expect(await tabsOf(page)).toEqual(titles);
    await tab.tap();
    expect(await page.textContent('.graphiql-tab-active .graphiql-tab-button')).toBe(last);
    await page.close();
  });

  it.each(SIZES.filter(({ width }) => width !== 1920))(
    'reaches and opens each tab by keyboard at $width × $height',
    async (size) => {
      await using stack = await startStack({ sandbox: { nodes: 1 } });
      const { page } = await open(browser, stack.url, size);
      const titles = await tabsOf(page);
      await page.locator('.graphiql-tab-button').first().focus();
      const seen: string[] = [];
      // Between two tabs stands the button that closes the first one.
      for (let presses = 0; presses < 2 * titles.length && seen.length < titles.length; presses += 1) {
        const focused = await page.evaluate(() => {
          const { activeElement } = document;
          if (!activeElement?.matches('.graphiql-tab-button')) return null;
          const { left, right } = activeElement.getBoundingClientRect();
          return left >= 0 && right <= innerWidth ? activeElement.textContent : null;
        });
        if (focused !== null) seen.push(focused);
        await page.keyboard.press('Tab');
      }
      expect(seen).toEqual(titles);
      await page.getByRole('button', { name: titles.at(-1) ?? '', exact: true }).focus();
      await page.keyboard.press('Enter');
      await page.locator('.graphiql-tab-active', { hasText: titles.at(-1) ?? '' }).waitFor();
      await page.close();
    },
  );
});
