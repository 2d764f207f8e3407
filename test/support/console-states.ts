import type { Page } from 'playwright-core';
import type { ConsoleBrowser } from './console.ts';
import { logIn, logInByToken, PROMPT, summary } from './console.ts';
import { startService } from './service.ts';
import { ADMIN, ask, type Stack, startStack } from './stack.ts';

/** Looks at a page that is in the named state. */
export type Visit = (state: string, page: Page) => Promise<void>;

const THREE = ['node-1', 'node-2', 'node-3'];
const SETTINGS = { ...PROMPT, VIEW_TIMEOUT: '3000' };

/** Goes to a view, and waits for its heading. */
export async function go(page: Page, hash: string, heading: string | RegExp): Promise<void> {
  await page.evaluate((next) => {
    location.hash = next;
  }, hash);
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
}

/** Waits until nothing on the page is being asked for. */
export function loaded(page: Page): Promise<unknown> {
  return page.waitForFunction(() => document.querySelector('.loading') === null);
}

/**
 * Plays what a cluster and its gateway can do, with logins of Harper, on one sandbox and in one page.
 * @returns the faults of the page
 */
export async function playStates(browser: ConsoleBrowser, visit: Visit): Promise<readonly string[]> {
  const { consoleFolder } = browser;
  await using stack = await startStack({
    ...{ addresses: [...THREE, 'node-4'], consoleFolder, settings: SETTINGS },
    sandbox: { spares: 1, dialect: '5.2' },
  });
  const { page, faults } = await browser.open(stack.url);
  await page.getByRole('button', { name: 'Log in' }).waitFor();
  await visit('login', page);
  await logIn(page, 'admin', 'wrong');
  await page.getByText('The login was not accepted.').waitFor();
  await visit('login-refused', page);
  await logIn(page);
  await summary(page, 'Healthy');
  await visit('healthy', page);
  await visitViews(page, visit);
  await visitChanges(page, visit);
  await playFaults(stack, page, visit);

  await Promise.all(stack.sandbox.nodes.map((node) => node.kill()));
  await page.locator('.banner').filter({ hasText: 'The gateway cannot read Harper since' }).waitFor();
  await page.locator('.trust strong').filter({ hasText: 'Harper not read' }).waitFor();
  await page.locator('.backends').getByText('ECONNREFUSED').first().waitFor();
  await visit('harper-not-read', page);
  for (const node of stack.sandbox.nodes) await node.start();
  await summary(page, 'Healthy');
  await stack.stopGateway();
  await page.locator('.banner').filter({ hasText: 'Cut off from the gateway since' }).waitFor();
  await visit('cut-off', page);
  await using _again = await startStack({
    ...{ addresses: THREE, consoleFolder, sandbox: stack.sandbox },
    settings: { ...SETTINGS, PORT: new URL(stack.url).port },
  });
  await page.locator('.banner').filter({ hasText: 'may have been missed' }).waitFor();
  await visit('connected-again', page);
  await page.close();
  return faults;
}

async function visitViews(page: Page, visit: Visit): Promise<void> {
  const views = [
    ['nodes', '#/nodes', 'Nodes'],
    ['node', '#/nodes/node-2', 'node-2'],
    ['link', '#/links/node-2/node-3', /node-2 and node-3/],
    ['matrix', '#/matrix', 'Matrix'],
    ['map', '#/map', 'Map'],
    ['timeline-empty', '#/timeline?nodes=node-9', 'Timeline'],
    ['no-such-node', '#/nodes/node-9', 'Unknown node'],
    ['no-such-view', '#/nothing', 'There is no such view'],
  ] as const;
  for (const [state, hash, heading] of views) {
    await go(page, hash, heading);
    await loaded(page);
    await visit(state, page);
  }
}

async function visitChanges(page: Page, visit: Visit): Promise<void> {
  const forms = [
    ['changes', '#/changes', 'Changes'],
    ['update', '#/changes/update/node-2', /Update a node/],
    ['configure', '#/changes/configure', 'Configure the cluster'],
    ['routes', '#/changes/routes', 'Routes'],
    ['add', '#/changes/add', 'Add a node'],
  ] as const;
  for (const [state, hash, heading] of forms) {
    await go(page, hash, heading);
    await loaded(page);
    await visit(state, page);
  }
  await go(page, '#/changes/remove/node-3', /Remove a node/);
  await page.getByRole('button', { name: 'Show what it would do' }).click();
  await page.getByLabel(/Type node-3 to confirm/).waitFor();
  await visit('remove-plan', page);
}

async function playFaults({ sandbox, url }: Stack, page: Page, visit: Visit): Promise<void> {
  const problem = (text: string | RegExp) => page.locator('.problem').filter({ hasText: text }).first().waitFor();
  await go(page, '#/', 'Overview');
  await sandbox.node('node-2').kill();
  await problem('node-2 does not answer.');
  await visit('node-killed', page);
  await go(page, '#/nodes/node-2', 'node-2');
  await loaded(page);
  await visit('node-killed-node', page);
  await sandbox.node('node-2').start();
  await go(page, '#/', 'Overview');
  await summary(page, 'Healthy');

  sandbox.node('node-3').freeze();
  await problem('node-3 does not answer.');
  await visit('node-frozen', page);
  sandbox.node('node-3').thaw();
  await summary(page, 'Healthy');

  sandbox.cut('node-2', 'node-3');
  await problem('node-2 and node-3 are not connected for');
  await visit('link-cut', page);
  await go(page, '#/links/node-2/node-3', /node-2 and node-3/);
  await loaded(page);
  await visit('link-cut-link', page);
  sandbox.heal();
  await go(page, '#/', 'Overview');
  await summary(page, 'Healthy');

  sandbox.cut('node-1', 'node-2', { oneWay: true });
  await problem(/one way/i);
  await visit('one-way', page);
  sandbox.heal();
  await summary(page, 'Healthy');

  for (const other of ['node-1', 'node-2', 'node-3']) sandbox.cut('node-4', other, { oneWay: other === 'node-1' });
  await addNode4(url);
  await problem('half a join');
  await visit('joined-by-half', page);
  sandbox.heal();
  await addNode4(url);
  await page.getByText('All 4 nodes').first().waitFor();

  sandbox.isolate('node-3');
  await summary(page, 'Split');
  await visit('split', page);
  for (const [state, hash, heading] of [
    ['split-map', '#/map', 'Map'],
    ['split-matrix', '#/matrix', 'Matrix'],
    ['split-nodes', '#/nodes', 'Nodes'],
    ['split-timeline', '#/timeline', 'Timeline'],
  ] as const) {
    await go(page, hash, heading);
    await loaded(page);
    await visit(state, page);
  }
  await page.locator('main a[href^="#/timeline/"]').first().click();
  await page.getByRole('heading', { name: 'How things were then' }).waitFor();
  await visit('split-then', page);
  sandbox.heal();
  await go(page, '#/', 'Overview');
  await summary(page, 'Healthy');
}

/** Has node-1 add node-4, and settles when it was tried. */
async function addNode4(url: string): Promise<void> {
  const authorization = '{ basic: { username: "admin", password: "sandbox" } }';
  await ask(url, `mutation { addNode(input: { hostname: "node-4", authorization: ${authorization} }) { message } }`, {
    as: ADMIN,
  });
}

/** Plays what depends on who is logged in, and on how. Returns the faults of the pages. */
export async function playRoles(browser: ConsoleBrowser, visit: Visit): Promise<readonly string[]> {
  const { consoleFolder } = browser;
  await using service = await startService({ settings: SETTINGS, consoleFolder });
  const faults: string[] = [];
  const token = (header: string) => header.slice('Bearer '.length);

  const viewer = await browser.open(service.url, { hash: '#/nodes/node-1' });
  await logInByToken(viewer.page, token(service.viewer));
  await viewer.page.getByRole('heading', { name: 'node-1', level: 1 }).waitFor();
  await loaded(viewer.page);
  await visit('viewer', viewer.page);
  await viewer.page.locator('.nav').getByText('Changes').waitFor({ state: 'detached' });
  await go(viewer.page, '#/changes/add', 'Not allowed');
  await viewer.page.getByText('This login may look at the cluster and not change it.').waitFor();
  await viewer.page.getByText('Changes need a token with the role operator.').waitFor();
  await visit('viewer-may-not-change', viewer.page);
  service.revoke(service.viewer);
  await viewer.page.getByRole('heading', { name: 'Log in again to go on' }).waitFor();
  await visit('expired', viewer.page);
  faults.push(...viewer.faults);
  await viewer.page.close();

  const waiting = await browser.open(service.url);
  // A gateway that takes the socket and says nothing.
  await waiting.page.routeWebSocket(/graphql/, () => undefined);
  await logInByToken(waiting.page, token(service.operator));
  await waiting.page.getByText('Waiting for the first state of the cluster').waitFor();
  await visit('loading', waiting.page);
  faults.push(...waiting.faults);
  await waiting.page.close();

  await using forward = await startStack({ ...{ consoleFolder, settings: SETTINGS }, sandbox: { nodes: 1 } });
  const refused = await browser.open(forward.url);
  await logIn(refused.page, 'viewer');
  await refused.page.getByText('This login may not see the cluster.').waitFor();
  await visit('forbidden', refused.page);
  faults.push(...refused.faults);
  await refused.page.close();
  return faults;
}
