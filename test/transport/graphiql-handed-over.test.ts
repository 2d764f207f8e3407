import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lines, logIn, missing, open, shown, startChromium, tabsOf } from '../support/graphiql.ts';
import { type Stack, startStack } from '../support/stack.ts';

const QUERY = 'query Handed($name: String!) {\n  clusterNode(name: $name) {\n    state\n  }\n}';

const hashOf = (query: string, variables?: string) =>
  `#query=${encodeURIComponent(query)}${variables === undefined ? '' : `&variables=${encodeURIComponent(variables)}`}`;

describe.skipIf(missing)('a document that a link hands over to GraphiQL', { timeout: 600_000 }, () => {
  let browser: Browser;
  let stack: Stack;
  beforeAll(async () => {
    browser = await startChromium();
    stack = await startStack();
  });
  afterAll(async () => {
    await browser.close();
    await stack[Symbol.asyncDispose]();
  });

  it('opens in a tab of its own, in front, and is not run by itself', async () => {
    const page = await browser.newPage();
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.url(), request.postData() ?? ''));
    await page.goto(`${stack.url}${hashOf(QUERY, '{"name":"node-1"}')}`);
    await page.waitForSelector('.graphiql-execute-button');
    expect((await tabsOf(page)).slice(0, 2)).toEqual(['Handed', 'ClusterStatus']);
    expect(await page.textContent('.graphiql-tab-active .graphiql-tab-button')).toBe('Handed');
    expect(await lines(page, '.graphiql-query-editor')).toEqual(QUERY.split('\n'));
    expect(await lines(page, '.graphiql-editor-tool .graphiql-editor:not(.hidden)')).toEqual([
      '{',
      '  "name": "node-1"',
      '}',
    ]);
    // Nothing of it stays in the address, from which a reload or a copy would take it along.
    expect(page.url()).toBe(stack.url);
    await logIn(page, 'admin', 'sandbox');
    await page.click('.graphiql-execute-button');
    await shown(page, /"clusterNode".*"UP"/);
    expect(sent.filter((text) => text.includes('clusterNode(name'))).toHaveLength(1);
    await page.close();
  });

  it('opens in a page that is there already, too', async () => {
    const { page } = await open(browser, stack.url);
    const [before = ''] = await tabsOf(page);
    expect(before).toBe('ClusterStatus');
    await page.evaluate((hash) => {
      location.hash = hash;
    }, hashOf(QUERY));
    await page.getByRole('button', { name: 'Handed', exact: true }).waitFor();
    expect((await tabsOf(page)).slice(0, 2)).toEqual(['Handed', 'ClusterStatus']);
    await page.close();
  });

  it('is text only, whatever is in it', async () => {
    const markup = '# </script><img src=x onerror="window.hit = 1"><svg onload=window.hit=1>';
    const { page, strays } = await open(
      browser,
      `${stack.url}${hashOf(`${markup}\nquery M { routes { url } }`, markup)}`,
    );
    expect(await lines(page, '.graphiql-query-editor')).toEqual([markup, 'query M { routes { url } }']);
    expect(await lines(page, '.graphiql-editor-tool .graphiql-editor:not(.hidden)')).toEqual([markup]);
    expect(await page.evaluate(() => ['hit' in window, document.querySelectorAll('img, [onload]').length])).toEqual([
      false,
      0,
    ]);
    expect(strays).toEqual([]);
    await page.close();
  });

  it('does no harm with broken percent signs, which are shown as they are', async () => {
    const { page, strays } = await open(browser, `${stack.url}#query={%zz%+%&variables=%7B`);
    expect(await lines(page, '.graphiql-query-editor')).toEqual(['{%zz%+%']);
    expect(await tabsOf(page)).toContain('ClusterStatus');
    expect(strays).toEqual([]);
    await page.close();
  });

  it('is not written to the address when it is edited, so that a reload shows the page again', async () => {
    const { page } = await open(browser, `${stack.url}${hashOf('query Edited { a }')}`);
    await page.click('.graphiql-query-editor .monaco-editor');
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('query After { b }');
    await page.getByRole('button', { name: 'After', exact: true }).waitFor();
    expect(page.url()).toBe(stack.url);
    await page.reload();
    await page.waitForSelector('.graphiql-execute-button');
    await page.close();
  });
});
