import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleBrowser, findings, logIn, SIZES, startConsoleBrowser } from '../support/console.ts';
import { go } from '../support/console-states.ts';
import { eventually } from '../support/eventually.ts';
import { missing } from '../support/graphiql.ts';

const HISTORY = '{ history(last: 100) { edges { node { kind } } } }';

describe.skipIf(missing)('timeline, matrix and map in Chromium', { timeout: 600_000 }, () => {
  let browser: ConsoleBrowser;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'harper-gateway-history-'));
    browser = await startConsoleBrowser();
  });
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  async function open(url: string, hash: string) {
    const opened = await browser.open(url, { hash });
    await logIn(opened.page);
    return opened;
  }

  async function save(page: Page, button: string): Promise<string> {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: button, exact: true }).click(),
    ]);
    return readFile(await file.path(), 'utf8');
  }

  it('has what was before the page was opened and what comes then, filters by its address, and exports', async () => {
    const HISTORY_FILE = join(folder, 'history.db');
    await using stack = await browser.startStack({ settings: { HISTORY_FILE } });
    const rows = (page: Page, kind: string) => page.locator('.changes li').filter({ hasText: kind });
    // A history has what a watch has seen, and with logins of their own it is readers that keep one going.
    const earlier = await open(stack.url, '#/');
    await earlier.page.locator('.summary').waitFor();
    await stack.sandbox.node('node-2').kill();
    await eventually(async () => expect((await stack.ask(HISTORY)).text).toContain('NODE_DOWN'));
    const opened = await open(stack.url, '#/timeline');
    await rows(opened.page, 'Node down').waitFor();
    await stack.sandbox.node('node-2').start();
    await rows(opened.page, 'Node up').waitFor();
    const cursors = await opened.page
      .locator('.changes li a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(new Set(cursors).size).toBe(cursors.length);
    expect(await rows(opened.page, 'Node down').count()).toBe(1);
    expect(await opened.page.locator('.day h3').allTextContents()).toEqual(['Today']);
    expect(await findings(opened.page)).toEqual([]);

    // By keyboard alone: the filter opens, and what is chosen is in the address.
    await opened.page.getByText('Kinds: all').focus();
    await opened.page.keyboard.press('Enter');
    await opened.page.keyboard.press('Tab');
    await opened.page.keyboard.press('Space');
    await opened.page.keyboard.press('Escape');
    expect(new URL(opened.page.url()).hash).toBe('#/timeline?kinds=NODE_DOWN');
    await opened.page.getByRole('heading', { name: '1 change', exact: true }).waitFor();
    const csv = await save(opened.page, 'CSV');
    expect(csv.split('\r\n').filter(Boolean).length).toBe(2);
    expect(csv).toContain('"NODE_DOWN"');
    expect(JSON.parse(await save(opened.page, 'JSON'))).toMatchObject([{ kind: 'NODE_DOWN', nodes: ['node-2'] }]);

    await rows(opened.page, 'Node down').getByRole('link').click();
    await opened.page.getByRole('heading', { name: 'How things were then' }).waitFor();
    await opened.page.locator('.past li').filter({ hasText: 'Down node-2' }).waitFor();
    await opened.page.locator('.past li').filter({ hasText: '2 nodes up' }).waitFor();
    expect(await findings(opened.page)).toEqual([]);
    await go(opened.page, '#/nodes/node-2', 'node-2');
    await opened.page
      .getByText(/watched for \d+ s/)
      .first()
      .waitFor();
    await earlier.page.close();

    // The next gateway tells what has happened while none ran, and that it does not know when.
    await stack.stopGateway();
    await stack.sandbox.node('node-3').kill();
    const settings = { HISTORY_FILE, PORT: new URL(stack.url).port };
    await using _again = await browser.startStack({ sandbox: stack.sandbox, settings });
    await go(opened.page, '#/timeline', 'Timeline');
    const seenLater = rows(opened.page, 'Node down').filter({ hasText: 'Seen late' });
    await seenLater.filter({ hasText: /^before \d.*node-3 does not answer/ }).waitFor();
    expect(await opened.page.locator('.gap').count()).toBe(0);
    await seenLater.getByRole('link').click();
    await opened.page.getByText(/It happened at some time before .*, while the cluster was not watched/).waitFor();
    expect(await findings(opened.page)).toEqual([]);
    expect([...earlier.faults, ...opened.faults]).toEqual([]);
    await opened.page.close();
  });

  it('shows a link that is cut, and one that is cut one way, as what they are', async () => {
    await using stack = await browser.startStack();
    const { page, faults } = await open(stack.url, '#/matrix');
    const cell = (row: string, column: string) => page.locator(`td[data-row="${row}"][data-column="${column}"]`);
    await cell('node-2', 'node-3')
      .getByRole('link', { name: /Connected, .* for/ })
      .waitFor();
    stack.sandbox.cut('node-2', 'node-3', { oneWay: true });
    await cell('node-3', 'node-2').filter({ hasText: 'One way, gets nothing' }).waitFor();
    await cell('node-2', 'node-3').filter({ hasText: 'One way, only gets' }).waitFor();
    expect(await findings(page)).toEqual([]);

    // One stop of the Tab key; arrow keys pass over the cell of a node and itself.
    await cell('node-1', 'node-2').getByRole('link').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('table a[tabindex="0"]').count()).toBe(1);
    expect(await page.evaluate(() => document.activeElement?.closest('td')?.dataset.row)).toBe('node-3');
    expect(await page.textContent('.readout')).toContain('node-3 sees node-2: One way, gets nothing');

    await go(page, '#/map', 'Map');
    await page.locator('.line[data-kind="one-way"] .arrow').waitFor();
    await page.locator('.map-list li').filter({ hasText: 'only node-2 gets changes' }).waitFor();
    expect(await findings(page)).toEqual([]);
    const places = () =>
      page.locator('.map-node > g').evaluateAll((nodes) => nodes.map((node) => node.getAttribute('transform')));
    const before = await places();
    stack.sandbox.heal();
    stack.sandbox.cut('node-2', 'node-3');
    await page.locator('.line[data-kind="down"] .cross').waitFor();
    expect(await places()).toEqual(before);
    stack.sandbox.isolate('node-3');
    await page.getByText('The nodes are in 2 islands.').waitFor();
    await page.locator('.rift').waitFor();
    await page.setViewportSize(SIZES.phone);
    expect(await findings(page)).toEqual([]);
    await go(page, '#/matrix', 'Matrix');
    await cell('node-1', 'node-3').filter({ hasText: 'Down' }).waitFor();
    expect(await findings(page)).toEqual([]);
    await go(page, '#/timeline', 'Timeline');
    await page.getByText('This gateway keeps no history.').waitFor();
    expect(await findings(page)).toEqual([]);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('shows all of a large cluster anew, of which each frame takes a part', async () => {
    const addresses = Array.from({ length: 16 }, (_, at) => `node-${at + 1}`);
    const pairs = (16 * 15) / 2;
    const settings = { POLL_INTERVAL: '1000' };
    await using stack = await browser.startStack({ sandbox: { nodes: 16 }, addresses, settings });
    const { page, faults } = await open(stack.url, '#/matrix');
    const all = (selector: string, number: number) =>
      eventually(async () => expect(await page.locator(selector).count()).toBe(number), 60_000);
    await all('td[data-kind="ok"]', 2 * pairs);
    stack.sandbox.isolate('node-16');
    await all('td[data-kind="down"]', 2 * 15);
    await all('td[data-kind="ok"]', 2 * (pairs - 15));

    await go(page, '#/map', 'Map');
    await page.locator('.rift').waitFor();
    await all('.line[data-kind="ok"]', pairs - 15);
    stack.sandbox.heal();
    await all('.line[data-kind="ok"]', pairs);
    await all('.line:not([data-kind="ok"])', 0);

    // Every pair but a chain: so many signs would hide the lines.
    for (const [at, one] of addresses.entries())
      for (const other of addresses.slice(at + 2)) stack.sandbox.cut(one, other);
    await all('.map[data-crowded] .line[data-kind="down"]', pairs - 15);
    await all('.cross', 0);
    stack.sandbox.heal();
    await all('.line[data-kind="ok"]', pairs);
    await all('.map[data-crowded]', 0);
    expect(faults).toEqual([]);
    await page.close();
  });
});
