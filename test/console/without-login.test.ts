import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleBrowser, findings, SIZES, startConsoleBrowser } from '../support/console.ts';
import { go } from '../support/console-states.ts';
import { missing } from '../support/graphiql.ts';
import type { Stack } from '../support/stack.ts';

/** Changes one after the other of one cluster, whose Harper lacks every operation but those on one node. */
describe.skipIf(missing)('changes in the console where nobody logs in', { timeout: 600_000 }, () => {
  let browser: ConsoleBrowser;
  let stack: Stack;
  beforeAll(async () => {
    browser = await startConsoleBrowser();
    stack = await browser.startStack({
      sandbox: { spares: 1, dialect: '5.2' },
      settings: { HARPER_USERNAME: 'admin', HARPER_PASSWORD: 'sandbox', INSECURE_NO_AUTH: 'true' },
    });
  });
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  });

  const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name, exact: true }).waitFor();
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
  const plan = (page: Page) => press(page, 'Show what it would do');
  const told = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
  const calls = (operation: string) => stack.sandbox.node('node-1').received.get(operation) ?? 0;

  /** The steps of a change that was made: the word for each, what it was to do, and what Harper said. */
  const steps = (page: Page) =>
    page
      .locator('.change-result .steps li')
      .evaluateAll((all) => all.map(({ children }) => [...children].map(({ textContent }) => textContent)));

  it('opens without a login, and leads an update from its form by its plan to what came of it', async () => {
    const { page, faults } = await browser.open(stack.url, { hash: '#/nodes/node-2' });
    await heading(page, 'node-2');
    expect(await page.textContent('.account')).toBe('operator');
    expect(await page.getAttribute('.account', 'title')).toBe('Without a login, operator: may change the cluster');
    expect(await page.getByRole('button', { name: 'Log out' }).count()).toBe(0);

    await go(page, '#/changes/update/node-2', 'Update a node: node-2');
    await plan(page);
    await told(page, 'Nothing differs from how the node is now.');
    await page.getByLabel('Shard').fill('4');
    await plan(page);
    await told(page, 'node-2 is changed: its shard from none to 4.');
    expect(await page.locator('.settings .changed').allTextContents()).toEqual(['Shard–none4 changed']);
    expect(calls('add_node')).toBe(0);
    const hold = stack.sandbox.node('node-1').faults.hold('add_node');
    await press(page, 'Update the node');
    await hold.arrived;
    await heading(page, 'Update a node: node-2');
    await told(page, 'The change is being made.');
    await page.locator('.mutations tr').filter({ hasText: 'Running' }).waitFor();
    expect(await findings(page)).toEqual([]);
    hold.release();
    await heading(page, 'It was made.');
    await told(page, /^This Harper lacks the operation/);
    await page.locator('.mutations tr').filter({ hasText: 'Update node-2' }).filter({ hasText: 'Done' }).waitFor();
    expect(calls('add_node')).toBe(1);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('sets a route and deletes it, each by its plan, and says what it takes to have an effect', async () => {
    const node = stack.sandbox.node('node-1');
    node.routes = ['node-3:9933'];
    const { page, faults } = await browser.open(stack.url, { hash: '#/changes/routes', viewport: SIZES.phone });
    const field = page.getByLabel('Where a node is found');
    for (const [typed, fault] of [
      ['node-3:9933', 'There is such a route already.'],
      ['node-4:99330000', 'This is no host with a port, such as node-4:9933.'],
      ['node-4:70000', 'A port is at most 65535.'],
    ] as const) {
      await field.fill(typed);
      await plan(page);
      await told(page, fault);
    }
    expect(await findings(page)).toEqual([]);
    await field.fill('node-4:9933');
    await plan(page);
    await told(page, 'The route is added.');
    expect(node.routes).toHaveLength(1);
    await press(page, 'Change the routes');
    await heading(page, 'It was made.');
    await told(page, 'restart the node for them to take effect.');
    expect(node.routes).toHaveLength(2);

    await press(page, 'Plan again');
    await page.getByRole('button', { name: /^Delete … .*node-4/ }).click();
    await told(page, 'The route is deleted.');
    await page.getByLabel(/^Type .*node-4:9933 to confirm/).fill('ws://node-4:9933');
    await press(page, 'Change the routes');
    await heading(page, 'It was made.');
    await page.locator('.mutations tr').filter({ hasText: 'Delete routes' }).filter({ hasText: 'Done' }).waitFor();
    expect(node.routes).toEqual(['node-3:9933']);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('takes the wanted set as JSON, names what is wrong in it, and tells what was made in part', async () => {
    const { page, faults } = await browser.open(stack.url, { hash: '#/changes/configure' });
    await page.getByText('Paste the set as JSON').click();
    const area = page.getByLabel('Wanted set');
    const take = async (wanted: unknown) => {
      await area.fill(typeof wanted === 'string' ? wanted : JSON.stringify(wanted));
      await press(page, 'Put it into the table');
    };
    const names = () =>
      page.getByLabel('Node', { exact: true }).evaluateAll((all) => all.map((e) => 'value' in e && e.value));
    for (const [wanted, fault] of [
      ['[{ "hostname": "node-2", }]', /^This is no JSON: .* at position 25/],
      [{ peers: [] }, 'A list of nodes is needed, or an object with the list in connections.'],
      [[{ hostname: 'node-2' }, { host: 'node-4' }], 'Node 2: host is no field of a node.'],
    ] as const) {
      await take(wanted);
      await told(page, fault);
      expect(await names()).toEqual(['node-2', 'node-3']);
    }
    expect(await findings(page)).toEqual([]);
    const before = calls('add_node');
    const login = { basic: { username: 'admin', password: 'wrong' } };
    const wanted = [{ hostname: 'node-2', shard: 5 }, 'node-3', { hostname: 'node-4', authorization: login }];
    await take({ connections: wanted.with(0, { hostname: 'node-2', shard: 70_000 }) });
    await plan(page);
    await told(page, 'Must be at most 65535.');
    await take({ connections: wanted });
    expect(await names()).toEqual(['node-2', 'node-3', 'node-4']);
    await plan(page);
    await told(page, 'node-2 is changed: its shard from 4 to 5.');
    await told(page, 'node-4 is added at ws://node-4:9933, fully replicating.');
    expect(calls('add_node')).toBe(before);
    await press(page, 'Configure the cluster');
    await heading(page, 'It was made in part.');
    expect(await steps(page)).toEqual([
      ['In part', 'Add node-4', expect.stringContaining('Connection closed Unauthorized')],
      ['Done', 'Change node-2', expect.stringContaining('Successfully')],
    ]);
    // Once: as the step’s own, not as a warning of the whole change.
    expect(await page.locator('.change-result').getByText('Connection closed Unauthorized').count()).toBe(1);
    await told(page, 'Plan the same change again: the new plan holds only what is still missing.');
    expect(await findings(page)).toEqual([]);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('removes a node at several nodes, and plans only what is still missing where one has failed', async () => {
    const { page, faults } = await browser.open(stack.url, { hash: '#/changes/remove/node-3', viewport: SIZES.phone });
    await told(page, 'shut it down once it is removed.');
    expect(await page.getByRole('checkbox').count()).toBe(2);
    await page.getByRole('checkbox', { name: 'node-2' }).check();
    await plan(page);
    await told(page, 'At node-2 the node node-3 is removed, too.');
    await page.getByLabel('Type node-3 to confirm').fill('node-3');
    // Nor does node-2 learn of it by itself.
    stack.sandbox.isolate('node-2');
    const body = { error: 'The disk is full' };
    stack.sandbox.node('node-2').faults.add('remove_node', { kind: 'refuse', status: 500, body });
    await press(page, 'Remove the node');
    await heading(page, 'It was made in part.');
    expect(await steps(page)).toEqual([
      ['Done', 'Remove node-3 at node-1', expect.stringContaining('Successfully removed')],
      ['Failed', 'Remove node-3 at node-2', 'The disk is full'],
    ]);
    expect(await findings(page)).toEqual([]);
    await press(page, 'Plan again');
    expect(await page.getByRole('checkbox', { name: 'node-2' }).isChecked()).toBe(true);
    await plan(page);
    await page.locator('.plan').filter({ hasText: 'Asked of node-2' }).first().waitFor();
    expect(await page.locator('.plan-head').allInnerTexts()).toEqual(['Removed\nnode-3']);
    await page.getByLabel('Type node-3 to confirm').fill('node-3');
    await press(page, 'Remove the node');
    await heading(page, 'It was made.');
    expect(stack.sandbox.node('node-2').received.get('remove_node')).toBe(2);
    expect(faults).toEqual([]);
    await page.close();
  });
});
