import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ConsoleBrowser,
  type ConsolePage,
  findings,
  logIn,
  logInByToken,
  SIZES,
  startConsoleBrowser,
  summary,
} from '../support/console.ts';
import { go, loaded } from '../support/console-states.ts';
import { missing } from '../support/graphiql.ts';
import { startService } from '../support/service.ts';
import { basic } from '../support/stack.ts';

/** What would be seen, run or obeyed if a text were taken for anything but text. */
const HOSTILE = [
  '<img src=x onerror="window.hit=1">',
  '"><script>window.hit=1</script>',
  `'"\`\${window.hit=1}{{window.hit=1}}`,
  '\u202Egnp.eedon\u202C\u2067x\u2069',
  '</script><!--<svg onload=window.hit=1>',
  'javascript:window.hit=1',
  '__proto__',
  'constructor',
  'x'.repeat(10_000),
];

/** Everything of a page that outlives a glance: its elements, the values in them, its address, what it stores. */
function kept(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const values = [...document.querySelectorAll('input, textarea, select')].map(
      (field) => (field as HTMLInputElement).value,
    );
    const databases = (await indexedDB.databases()).map(({ name }) => name);
    const caches = await globalThis.caches?.keys().catch(() => []);
    const stored = { ...localStorage, ...sessionStorage };
    const { state } = history;
    return [
      document.documentElement.outerHTML,
      location.href,
      document.cookie,
      window.name,
      JSON.stringify([values, databases, caches, stored, state]),
      performance.getEntries().map((entry) => entry.name),
    ].join('\n');
  });
}

describe.skipIf(missing)('the security of the console', { timeout: 600_000 }, () => {
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    browser = await startConsoleBrowser();
  });
  afterAll(() => browser[Symbol.asyncDispose]());

  async function expectNothingKept({ page, printed, faults }: ConsolePage, secrets: readonly string[]): Promise<void> {
    for (const [hash, heading] of [
      ['#/', 'Overview'],
      ['#/nodes', 'Nodes'],
      ['#/changes', 'Changes'],
    ] as const) {
      await go(page, hash, heading);
      const all = [await kept(page), ...printed, ...faults].join('\n');
      for (const secret of secrets) expect(all).not.toContain(secret);
    }
    await page.reload();
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    const all = await kept(page);
    for (const secret of secrets) expect(all).not.toContain(secret);
    expect(faults).toEqual([]);
    await page.close();
  }

  it('keeps no password and no token of Harper anywhere in the page', async () => {
    await using stack = await browser.startStack();
    const { logins } = stack.sandbox;
    const user = { username: 'wanda', role: 'super_user', superUser: true, password: 'pa55-of-wanda', active: true };
    logins.add(user);
    const byPassword = await browser.open(stack.url);
    await logIn(byPassword.page, user.username, user.password);
    await summary(byPassword.page, 'Healthy');
    const header = basic(user.username, user.password).slice('Basic '.length);
    await expectNothingKept(byPassword, [user.password, header]);

    const { operation_token } = logins.issue(user);
    const byToken = await browser.open(stack.url);
    await logInByToken(byToken.page, operation_token);
    await summary(byToken.page, 'Healthy');
    await expectNothingKept(byToken, [operation_token]);
    expect(stack.logs.join('')).not.toContain(operation_token);
    expect(stack.logs.join('')).not.toContain(header);
  });

  it('keeps no token of the gateway anywhere in the page, and not the one for a node that is added', async () => {
    await using service = await startService({ consoleFolder: browser.consoleFolder });
    const token = service.operator.slice('Bearer '.length);
    const opened = await browser.open(service.url);
    const { page } = opened;
    await logInByToken(page, token);
    await page.locator('.summary-word').waitFor();
    await go(page, '#/changes/add', 'Add a node');
    await page.getByLabel('Host name').fill('node-9');
    await page.getByLabel('User name there').fill('admin');
    await page.getByLabel('Password there').fill('pa55-of-node-9');
    await page.getByRole('button', { name: 'Show what it would do' }).click();
    await page.getByRole('heading', { name: 'What it would do' }).waitFor();
    expect(await kept(page)).not.toContain('pa55-of-node-9');
    await expectNothingKept(opened, [token, 'pa55-of-node-9']);
  });

  it('shows what comes from Harper as text, however long it is and whatever is in it', async () => {
    await using stack = await browser.startStack();
    const peer = (name: string, index: number) => ({
      ...{ name, url: `ws://node-${index}:9933`, replicates: true, subscriptions: null },
      database_sockets: HOSTILE.map((database, at) => ({
        ...{ database, connected: at % 2 === 0, threadId: 1, nodes: [name], latency: 1 },
      })),
    });
    const change = (body: unknown) => ({ ...(body as object), connections: HOSTILE.map(peer) });
    stack.sandbox.node('node-1').faults.add('cluster_status', { kind: 'alter', change }, Number.POSITIVE_INFINITY);
    stack.sandbox
      .node('node-2')
      .faults.add(
        'cluster_status',
        { kind: 'refuse', status: 500, body: { error: HOSTILE.join(' ') } },
        Number.POSITIVE_INFINITY,
      );
    const { page, faults } = await browser.open(stack.url, { viewport: SIZES.phone });
    await logIn(page);
    await page.getByText('onerror', { exact: false }).first().waitFor();
    const [markup = '', , , turned = ''] = HOSTILE;
    for (const [hash, heading] of [
      ['#/', 'Overview'],
      ['#/nodes', 'Nodes'],
      ['#/matrix', 'Matrix'],
      ['#/map', 'Map'],
      ['#/timeline', 'Timeline'],
      ['#/changes', 'Changes'],
      ['#/changes/configure', 'Configure the cluster'],
      [`#/nodes/${encodeURIComponent(markup)}`, markup],
      [`#/links/node-1/${encodeURIComponent(turned)}`, /and/],
      ['#/nodes/node-2', 'node-2'],
    ] as const) {
      await go(page, hash, heading);
      await loaded(page);
      expect([hash, await findings(page)]).toEqual([hash, []]);
      expect(await page.evaluate(() => 'hit' in globalThis)).toBe(false);
      expect(await page.locator('img, iframe, main script, main svg [onload]').count()).toBe(0);
      // What turns the direction of writing is shown, and not obeyed.
      const lines = (await page.innerText('#main')).split('\n');
      expect(lines.filter((line) => /[\u202A-\u202E\u2066-\u2069]/.test(line))).toEqual([]);
    }
    expect(faults).toEqual([]);
    await page.close();
  });
});
