import { mkdir } from 'node:fs/promises';
import process from 'node:process';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { eventually } from '../support/eventually.ts';
import { logIn, missing, open, run, shown, startChromium } from '../support/graphiql.ts';
import { startPrefixProxy } from '../support/prefix-proxy.ts';
import { startService } from '../support/service.ts';
import { startStack } from '../support/stack.ts';

describe.skipIf(missing)('GraphiQL in Chromium', { timeout: 600_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  it('loads from the gateway alone, and runs a query and a mutation with a login typed by hand', async () => {
    await using stack = await startStack({ sandbox: { spares: 1 } });
    const { page, strays } = await open(browser, stack.url);
    expect(await page.textContent('#who')).toBe('Not logged in.');
    expect(await logIn(page, 'admin', 'wrong')).toMatch(/did not accept/);
    expect(await logIn(page, 'admin', 'sandbox')).toBe('Logged in as admin (super user)');
    expect(await run(page, 'ClusterStatus', /node-2/)).toContain('HEALTHY');
    expect(await run(page, 'AddNode', /Successfully/)).toContain("Successfully added 'ws://node-4:9933' to cluster");
    expect(stack.sandbox.node('node-1').replication.records.get('node-4')).toBeDefined();
    expect(strays).toEqual([]);
    const held = await page.evaluate(() => JSON.stringify([Object.entries(localStorage), document.cookie]));
    expect(held).not.toContain(btoa('admin:sandbox'));
    // The variables of AddNode hold a password: nothing of the tabs is left in the browser.
    expect(held).toContain('AddNode');
    await page.goto(new URL('/health', stack.url).href);
    expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).toBe('[{},{}]');
    await page.close();
  });

  it('takes an Authorization header from its header editor too', async () => {
    await using stack = await startStack();
    const { page } = await open(browser, stack.url);
    await page.getByRole('button', { name: 'Headers' }).click();
    await page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden) .monaco-editor').click();
    await page.keyboard.insertText(JSON.stringify({ Authorization: `Basic ${btoa('admin:sandbox')}` }));
    // GraphiQL takes over the header editor's text with a delay that shows nowhere, so the query is sent until it has.
    await eventually(async () => {
      const answered = page.waitForResponse((response) => response.request().method() === 'POST');
      await page.click('.graphiql-execute-button');
      expect((await answered).status()).toBe(200);
    });
    expect(await shown(page, /node-2/)).toContain('HEALTHY');
    await page.close();
  });

  it('is logged in on the sandbox from the start', async () => {
    await using gateway = await startGateway(readConfig({}, { PORT: '0', SANDBOX_CONTROL_PORT: '0' }), {
      logger: createLogger('silent'),
    });
    const { page } = await open(browser, gateway.url);
    await page.waitForFunction(() => document.getElementById('who')?.textContent?.startsWith('Logged in as admin'));
    expect(await run(page, 'ClusterStatus', /node-2/)).toContain('HEALTHY');
    if (process.env.SCREENSHOTS) {
      await mkdir('docs/images', { recursive: true });
      await page.screenshot({ path: 'docs/images/graphiql.png' });
    }
    await page.close();
  });

  it('shows a node going down and coming back on a subscription, with the login of its header editor', async () => {
    await using stack = await startStack({ settings: { POLL_INTERVAL: '200' } });
    const { page, strays } = await open(browser, stack.url);
    await logIn(page, 'admin', 'sandbox');
    await page.setViewportSize({ width: 1700, height: 850 });
    await run(page, 'LiveChanges', /SNAPSHOT/);
    await stack.sandbox.node('node-3').kill();
    await shown(page, /node-3.went.from.\w+.to.DISCONNECTED/);
    if (process.env.SCREENSHOTS) await page.screenshot({ path: 'docs/images/live.png' });
    await stack.sandbox.node('node-3').start();
    await shown(page, /node-3.went.from.\w+.to.HEALTHY/);
    expect(strays).toEqual([]);
    await page.close();
  });

  it('shows what a split cluster looks like, from all of its nodes', async () => {
    await using stack = await startStack({ addresses: ['node-1', 'node-2', 'node-3'] });
    const { page, strays } = await open(browser, stack.url, { width: 1700, height: 850 });
    await logIn(page, 'admin', 'sandbox');
    stack.sandbox.isolate('node-3');
    await eventually(async () => {
      expect((await stack.ask('{ cluster { state disagreements { kind } } }')).data.cluster).toEqual({
        state: 'SPLIT',
        disagreements: [],
      });
    });
    const text = await run(page, 'Cluster', /SPLIT/);
    expect(text).toMatch(/node-1.is.not.connected.to.node-3/);
    if (process.env.SCREENSHOTS) await page.screenshot({ path: 'docs/images/split.png' });
    expect(strays).toEqual([]);
    await page.close();
  });

  it('takes a token of the gateway in SERVICE mode', async () => {
    await using service = await startService();
    const { page, strays } = await open(browser, service.url);
    expect(await page.locator('#username').count()).toBe(0);
    await page.fill('#password', service.viewer.slice('Bearer '.length));
    await page.click('#login button');
    await page.waitForFunction(() => document.getElementById('who')?.textContent?.startsWith('Logged in'));
    expect(await page.textContent('#who')).toBe('Logged in as vera (viewer)');
    expect(await run(page, 'ClusterStatus', /node-2/)).toContain('HEALTHY');
    expect(await run(page, 'RemoveNode', /FORBIDDEN/)).toContain('This needs the role operator.');
    expect(strays).toEqual([]);
    await page.close();
  });

  it('works behind a proxy that puts a prefix before its path, over HTTP and WebSocket', async () => {
    await using proxy = await startPrefixProxy('/ops/harper');
    await using stack = await startStack({ settings: { PUBLIC_URL: proxy.url, POLL_INTERVAL: '200' } });
    proxy.leadTo(Number(new URL(stack.url).port));
    const { page, strays } = await open(browser, `${proxy.url}/graphql`);
    expect(await logIn(page, 'admin', 'sandbox')).toBe('Logged in as admin (super user)');
    expect(await run(page, 'ClusterStatus', /node-2/)).toContain('"nodeName": "node-1"');
    await run(page, 'LiveChanges', /SNAPSHOT/);
    expect(strays).toEqual([]);
    await page.close();
  });

  it('takes a token of Harper, too, where logins are Harper’s', async () => {
    await using stack = await startStack();
    const { logins } = stack.sandbox;
    const admin = logins.users.get('admin');
    if (admin === undefined) throw new Error('The sandbox has no admin.');
    const { page } = await open(browser, stack.url);
    await page.fill('#password', 'not a token');
    await page.selectOption('#kind', 'token');
    expect(await page.locator('#username').isVisible()).toBe(false);
    expect(await page.inputValue('#password')).toBe('');
    await page.fill('#password', logins.issue(admin).operation_token);
    await page.click('#login button');
    await page.waitForFunction(() => document.getElementById('who')?.textContent?.startsWith('Logged in'));
    expect(await page.textContent('#who')).toBe('Logged in as admin (super user)');
    expect(await run(page, 'ClusterStatus', /node-2/)).toContain('"nodeName": "node-1"');
    await page.selectOption('#kind', 'password');
    expect(await page.locator('#username').isVisible()).toBe(true);
    await page.close();
  });
});
