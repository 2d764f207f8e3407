import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ConsoleBrowser,
  findings,
  logIn,
  logInByToken,
  SIZES,
  startConsoleBrowser,
  summary,
} from '../support/console.ts';
import { go } from '../support/console-states.ts';
import { missing } from '../support/graphiql.ts';
import { startService } from '../support/service.ts';

describe.skipIf(missing)('the console in Chromium', { timeout: 600_000 }, () => {
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    browser = await startConsoleBrowser();
  });
  afterAll(() => browser[Symbol.asyncDispose]());

  it('names a node that dies, with since when and why, and what becomes of it', async () => {
    await using stack = await browser.startStack();
    const { page, faults } = await browser.open(stack.url);
    await logIn(page);
    await page.getByText('All 3 nodes and all 6 links are connected.', { exact: true }).first().waitFor();
    expect(await page.textContent('.trust strong')).toBe('Live');
    expect(await findings(page)).toEqual([]);
    await stack.sandbox.node('node-2').kill();
    const problem = page.locator('.problem');
    await problem.filter({ hasText: 'node-2 does not answer.' }).waitFor();
    expect(await problem.textContent()).toMatch(/for \d+ s.*ECONNREFUSED.*What to do:/);
    expect(await findings(page)).toEqual([]);
    await problem.getByRole('link', { name: 'node-2' }).click();
    await page.getByRole('heading', { name: 'node-2', level: 1 }).waitFor();
    await page.waitForFunction(() => document.activeElement?.id === 'heading');
    expect(new URL(page.url()).hash).toBe('#/nodes/node-2');
    await page.getByText('It could not be asked. Only the views of the others are known.').waitFor();
    expect(await findings(page)).toEqual([]);
    await stack.sandbox.node('node-2').start();
    await page.locator('.page-head .badge').filter({ hasText: 'Up' }).waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });

  it('says at once that it is cut off, and afterwards what may have been missed and that the page is old', async () => {
    await using stack = await browser.startStack();
    const { page, faults } = await browser.open(stack.url, { viewport: SIZES.phone });
    await logIn(page);
    await summary(page, 'Healthy');
    await stack.stopGateway();
    await page.locator('.banner').filter({ hasText: 'Cut off from the gateway since' }).waitFor();
    expect(await page.textContent('.summary-word')).toBe('Was healthy');
    expect(await page.textContent('.trust strong')).toBe('Cut off');
    expect(await findings(page)).toEqual([]);
    // With another setting it serves another page.
    const settings = { PORT: new URL(stack.url).port, GRAPHIQL: 'false' };
    await using _again = await browser.startStack({ sandbox: stack.sandbox, settings });
    const banner = page.locator('.banner');
    await banner.filter({ hasText: 'Changes of that time may have been missed' }).waitFor();
    const old = banner.filter({ hasText: 'There is a new version of this page.' });
    await old.filter({ hasText: 'asks for the login again' }).waitFor();
    await summary(page, /^Healthy$/);
    expect(await findings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    expect(await banner.count()).toBe(1);
    await go(page, '#/timeline', 'Timeline');
    await page.locator('.gap').filter({ hasText: 'Something may have been missed between' }).waitFor();
    expect(await findings(page)).toEqual([]);

    // Nobody is asked to load the page while a change is planned, which would be gone then.
    await go(page, '#/changes/remove/node-3', 'Remove a node: node-3');
    await page.getByRole('button', { name: 'Show what it would do' }).click();
    await old.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Change the input' }).click();
    await old.getByRole('button', { name: 'Reload' }).click();
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    await logIn(page);
    await page.getByRole('heading', { name: 'Remove a node: node-3' }).waitFor();
    expect(await banner.count()).toBe(0);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('asks for a login again without losing the place, and keeps none in the page', async () => {
    await using service = await startService({ consoleFolder: browser.consoleFolder });
    const { page, faults } = await browser.open(service.url, { hash: '#/nodes/node-1' });
    const token = (header: string) => header.slice('Bearer '.length);
    await logInByToken(page, token(service.viewer));
    await page.getByRole('heading', { name: 'node-1', level: 1 }).waitFor();
    const kept = await page.evaluate(() =>
      [
        document.documentElement.outerHTML,
        location.href,
        JSON.stringify({ ...localStorage, ...sessionStorage }),
      ].join(),
    );
    expect(kept).not.toContain(token(service.viewer));
    service.revoke(service.viewer);
    await page.getByRole('heading', { name: 'Log in again to go on' }).waitFor();
    expect(await page.textContent('.trust strong')).toBe('Logged out');
    await page.fill('dialog [name=token]', token(service.operator));
    await page.keyboard.press('Enter');
    await page.locator('.trust strong').filter({ hasText: 'Live' }).waitFor();
    expect(new URL(page.url()).hash).toBe('#/nodes/node-1');
    expect(await page.textContent('.account')).toContain('otto');
    expect(faults).toEqual([]);
    await page.close();
  });
});
