import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleBrowser, findings, logIn, SIZES, startConsoleBrowser } from '../support/console.ts';
import { missing } from '../support/graphiql.ts';

const PLAN = 'Show what it would do';

describe.skipIf(missing)('changes in the console', { timeout: 600_000 }, () => {
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    browser = await startConsoleBrowser();
  });
  afterAll(() => browser[Symbol.asyncDispose]());

  const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor();

  /** Types where the focus is, moving it by Tab until it is in the field of a label. */
  async function tabTo(page: Page, text: string): Promise<void> {
    for (let count = 0; count < 60; count += 1) {
      const found = await page.evaluate((wanted) => {
        const { activeElement } = document;
        const labels = activeElement instanceof HTMLInputElement ? [...(activeElement.labels ?? [])] : [];
        return [activeElement, ...labels].some((each) => each?.textContent?.trim().startsWith(wanted));
      }, text);
      if (found) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`The keyboard does not get to ${text}`);
  }

  it('adds a node and removes it again by typing its name, with the keyboard alone', async () => {
    // The gateway knows where node-4 is, so that it can be asked whether it is connected.
    await using stack = await browser.startStack({
      sandbox: { spares: 1 },
      addresses: ['node-1', 'node-2', 'node-3', 'node-4'],
    });
    const { page, faults } = await browser.open(stack.url, { hash: '#/changes/add', viewport: SIZES.phone });
    await logIn(page);
    await page.getByLabel('Host name').waitFor();
    await tabTo(page, PLAN);
    await page.keyboard.press('Enter');
    // The fault has the focus at its field.
    await page.getByText('A host name or a replication URL is needed.').waitFor();
    expect(await findings(page)).toEqual([]);
    await tabTo(page, 'Host name');
    await page.keyboard.type('node_4/');
    await page.keyboard.press('Enter');
    await page.getByText('Must be a host name or an IP address').waitFor();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('node-4');
    await tabTo(page, 'User name there');
    await page.keyboard.type('admin');
    await tabTo(page, 'Password there');
    await page.keyboard.type('sandbox');
    await page.keyboard.press('Enter');
    await page.getByText('node-4 is added at ws://node-4:9933, fully replicating.').waitFor();
    expect(await findings(page)).toEqual([]);
    expect(stack.sandbox.node('node-1').received.get('add_node')).toBeUndefined();
    await tabTo(page, 'Add the node');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await heading(page, 'It was made.');
    await page
      .locator('.copies tr')
      .filter({ hasText: 'system' })
      .filter({ hasText: /Connected/ })
      .waitFor();
    await page.getByText('node-4 is a member now.').first().waitFor();
    expect(stack.sandbox.node('node-1').received.get('add_node')).toBe(1);
    expect(await page.evaluate(() => document.documentElement.outerHTML.includes('sandbox'))).toBe(false);
    expect(await findings(page)).toEqual([]);

    await page.evaluate(() => {
      location.hash = '#/changes/remove/node-4';
    });
    await heading(page, 'Remove a node: node-4');
    await tabTo(page, PLAN);
    await page.keyboard.press('Enter');
    await page.getByText('node-4 is removed.').waitFor();
    const button = page.getByRole('button', { name: 'Remove the node' });
    await tabTo(page, 'Type node-4');
    await page.keyboard.type('node-');
    expect(await button.isDisabled()).toBe(true);
    await page.keyboard.type('4');
    await page.keyboard.press('Enter');
    await heading(page, 'It was made.');
    await page.getByText('node-4 is no member any more.').first().waitFor();
    const done = page.locator('.mutations tbody tr').filter({ hasText: 'Remove node-4' }).filter({ hasText: 'admin' });
    await done.filter({ hasText: 'Done' }).waitFor();
    expect(stack.sandbox.node('node-1').received.get('remove_node')).toBe(1);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('shows what has changed meanwhile instead of overwriting it', async () => {
    await using stack = await browser.startStack();
    const { page, faults } = await browser.open(stack.url, { hash: '#/changes/configure' });
    await logIn(page);
    await page.getByRole('button', { name: 'Leave out peer 1' }).click();
    await page.getByRole('button', { name: PLAN }).click();
    await page.getByLabel('Type node-2 to confirm').fill('node-2');
    await stack.ask('mutation { updateNode(input: { hostname: "node-3", shard: 3 }) { message } }');
    await page.getByRole('button', { name: 'Configure the cluster' }).dblclick();
    await page.getByText('node-3 was changed: Shard from none to 3.').waitFor();
    await heading(page, 'What it would have done');
    await heading(page, 'What it would do now');
    expect(await page.getByLabel('Type node-2 to confirm').inputValue()).toBe('');
    expect(stack.sandbox.node('node-1').received.get('configure_cluster')).toBeUndefined();
    expect(await findings(page)).toEqual([]);
    // The shard of now is kept, and the change goes on from there.
    await page.getByRole('button', { name: 'Change the input' }).click();
    await page.getByText('What is replicated, shard and certificates').click();
    await page.getByLabel('Shard').fill('3');
    await page.getByRole('button', { name: PLAN }).click();
    await page.getByLabel('Type node-2 to confirm').fill('node-2');
    await page.getByRole('button', { name: 'Configure the cluster' }).click();
    await heading(page, 'It was made.');
    expect(stack.sandbox.node('node-1').received.get('configure_cluster')).toBe(1);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('says that the outcome is not known when the gateway is cut off, and sends nothing again', async () => {
    await using stack = await browser.startStack();
    const { page } = await browser.open(stack.url, { hash: '#/changes/remove/node-3' });
    await logIn(page);
    await page.getByRole('button', { name: PLAN }).click();
    await page.getByLabel('Type node-3 to confirm').fill('node-3');
    const node = stack.sandbox.node('node-1');
    const hold = node.faults.hold('remove_node', 'after');
    await page.getByRole('button', { name: 'Remove the node' }).click();
    await page.getByText('The change is being made.').waitFor();
    await hold.arrived;
    await node.kill();
    hold.release();
    await heading(page, 'It is not known whether it was made.');
    await page.getByText('It is not sent again by itself.').waitFor();
    expect(node.received.get('remove_node')).toBe(1);
    await page.close();
  });
});
