import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildConsole } from '../../scripts/console/build.ts';
import { missing, startChromium } from '../support/graphiql.ts';
import { startService } from '../support/service.ts';
import { startStack } from '../support/stack.ts';

const ALL = ['node-1', 'node-2', 'node-3'];
const SETTINGS = { POLL_INTERVAL: '200' };

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

describe.skipIf(missing)('the console in Chromium', { timeout: 600_000 }, () => {
  let browser: Browser;
  let folder: string;
  let axe: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'harper-gateway-console-'));
    await buildConsole(folder);
    axe = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  const start = (options: Parameters<typeof startStack>[0] = {}) =>
    startStack({
      addresses: ALL,
      consoleFolder: pathToFileURL(`${folder}/`),
      ...options,
      settings: { ...SETTINGS, ...options.settings },
    });

  /** Opens the console; `faults` holds errors of the page, and what its security policy has stopped. */
  async function open(url: string, viewport = { width: 1280, height: 800 }, hash = '#/') {
    const page = await browser.newPage({ viewport });
    page.setDefaultTimeout(120_000);
    const faults: string[] = [];
    page.on('pageerror', ({ message }) => faults.push(message));
    page.on('console', (message) => {
      if (/Content Security Policy|Refused to/.test(message.text())) faults.push(message.text());
    });
    const { origin } = new URL(url);
    await page.route(
      (target) => target.origin !== origin && target.protocol !== 'data:',
      async (route) => {
        faults.push(route.request().url());
        await route.abort();
      },
    );
    await page.goto(`${origin}/console${hash}`);
    return { page, faults };
  }

  async function logIn(page: Page, username = 'admin'): Promise<void> {
    await page.fill('[name=username]', username);
    await page.fill('[name=password]', 'sandbox');
    await page.keyboard.press('Enter');
  }

  /** What axe finds, and whether something is wider than the screen. */
  async function findings(page: Page): Promise<readonly string[]> {
    // Evaluated by the debugger: the page's own policy takes no script from elsewhere.
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => {
      const { axe } = globalThis as unknown as { axe: { run(of: Document): Promise<AxeResult> } };
      return axe.run(document);
    });
    const isWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    return [...violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`), ...(isWide ? ['too wide'] : [])];
  }

  it('names a node that dies, with since when and why, and what becomes of it', async () => {
    await using stack = await start();
    const { page, faults } = await open(stack.url);
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

  it('says at once that it is cut off, and afterwards that changes may have been missed', async () => {
    await using stack = await start();
    const { page } = await open(stack.url, { width: 390, height: 844 });
    await logIn(page);
    await page.locator('.summary-word').filter({ hasText: 'Healthy' }).waitFor();
    await stack.stopGateway();
    await page.locator('.banner').filter({ hasText: 'Cut off from the gateway since' }).waitFor();
    expect(await page.textContent('.summary-word')).toBe('Was healthy');
    expect(await page.textContent('.trust strong')).toBe('Cut off');
    expect(await findings(page)).toEqual([]);
    await using again = await start({ sandbox: stack.sandbox, settings: { PORT: new URL(stack.url).port } });
    await page.locator('.banner').filter({ hasText: 'Changes of that time may have been missed' }).waitFor();
    await page
      .locator('.summary-word')
      .filter({ hasText: /^Healthy$/ })
      .waitFor();
    expect(new URL(again.url).port).toBe(new URL(stack.url).port);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    expect(await page.locator('.banner').count()).toBe(0);
    await page.close();
  });

  it('tells a gateway that cannot read Harper from one that is gone', async () => {
    await using stack = await start();
    const { page } = await open(stack.url);
    await logIn(page);
    await page.locator('.summary-word').filter({ hasText: 'Healthy' }).waitFor();
    await Promise.all(stack.sandbox.nodes.map((node) => node.kill()));
    await page.locator('.banner').filter({ hasText: 'The gateway cannot read Harper since' }).waitFor();
    expect(await page.textContent('.trust strong')).toBe('Harper not read');
    await page.locator('.backends').getByText('ECONNREFUSED').first().waitFor();
    await page.close();
  });

  it('asks for a login again without losing the place, and keeps none in the page', async () => {
    await using service = await startService({
      settings: SETTINGS,
      consoleFolder: pathToFileURL(`${folder}/`),
    });
    const { page, faults } = await open(service.url, { width: 1280, height: 800 }, '#/nodes/node-1');
    const token = (header: string) => header.slice('Bearer '.length);
    await page.fill('[name=token]', token(service.viewer));
    await page.keyboard.press('Enter');
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

  it('says who may not see the cluster, instead of showing nothing', async () => {
    await using stack = await start({ sandbox: { nodes: 1 }, addresses: ['node-1'] });
    const { page } = await open(stack.url);
    await logIn(page, 'viewer');
    await page.getByText('This login may not see the cluster.').waitFor();
    expect(await findings(page)).toEqual([]);
    await page.close();
  });
});
