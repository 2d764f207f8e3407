import process from 'node:process';
import type { Page } from 'playwright-core';
import { type ConsoleBrowser, summary } from './console.ts';
import { go, type Visit } from './console-states.ts';
import { start } from './process.ts';

/**
 * What somebody does who has just started the gateway. They cut a link, read what the page says of it, and heal it.
 * Then they add a node and remove it again.
 * @returns the faults of the page
 */
export async function walk(browser: ConsoleBrowser, visit: Visit): Promise<readonly string[]> {
  // As npm start does it, with free ports.
  await using program = start(process.execPath, ['src/cli.ts'], { PORT: '0', SANDBOX_CONTROL_PORT: '0' });
  const [, control = ''] = await program.until(/nodes +curl (\S+)/);
  const [, url = ''] = await program.until(/console +(\S+)/);
  const order = async (path: string) => {
    const { status } = await fetch(`${control}/${path}`, { method: 'POST' });
    if (status !== 200) throw new Error(`${path}: ${status}`);
  };

  const { page, faults } = await browser.open(url);
  await summary(page, 'Healthy');
  await visit('1-opened', page);
  await order('node-2/cut/node-3');
  await page.locator('.problem').filter({ hasText: 'node-2 and node-3 are not connected for' }).waitFor();
  await visit('2-cut', page);
  await order('heal');
  await summary(page, 'Healthy');
  await visit('3-healed', page);
  await add(page, visit);
  await remove(page, visit);
  await page.close();
  return faults;
}

async function add(page: Page, visit: Visit): Promise<void> {
  await go(page, '#/changes/add', 'Add a node');
  await page.getByLabel('Host name').fill('node-4');
  await page.getByLabel('User name there').fill('admin');
  await page.getByLabel('Password there').fill('sandbox');
  await page.getByRole('button', { name: 'Show what it would do' }).click();
  await page.getByRole('heading', { name: 'What it would do' }).waitFor();
  await visit('4-add-plan', page);
  await page.getByRole('button', { name: 'Add the node' }).click();
  await page.getByRole('heading', { name: /^It was made/ }).waitFor();
  await visit('5-added', page);
  await go(page, '#/', 'Overview');
  await page.getByText('All 4 nodes').first().waitFor();
}

async function remove(page: Page, visit: Visit): Promise<void> {
  await go(page, '#/changes/remove/node-4', /Remove a node/);
  await page.getByRole('button', { name: 'Show what it would do' }).click();
  await page.getByLabel(/Type node-4 to confirm/).fill('node-4');
  await visit('6-remove-plan', page);
  await page.getByRole('button', { name: 'Remove the node' }).click();
  await page.getByRole('heading', { name: /^It was made/ }).waitFor();
  await visit('7-removed', page);
}
