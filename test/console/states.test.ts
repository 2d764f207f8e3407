import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleBrowser, findings, SIZES, startConsoleBrowser, tooWide } from '../support/console.ts';
import { playRoles, playStates } from '../support/console-states.ts';
import { walk } from '../support/console-walk.ts';
import { missing } from '../support/graphiql.ts';

describe.skipIf(missing)('each designed state of the console', { timeout: 600_000 }, () => {
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    browser = await startConsoleBrowser();
  });
  afterAll(() => browser[Symbol.asyncDispose]());

  /** Each state at one size in one colour, by turns, and its width at each. */
  function inspect() {
    const visited: string[] = [];
    const found = new Map<string, readonly string[]>();
    const sizes = Object.entries(SIZES);
    async function visit(state: string, page: Page): Promise<void> {
      const colorScheme = visited.length % 2 === 0 ? 'light' : 'dark';
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const [size, viewport] of sizes) {
        await page.setViewportSize(viewport);
        const isTurn = sizes[visited.length % sizes.length]?.[0] === size;
        const faults = isTurn ? await findings(page) : await tooWide(page);
        if (faults.length > 0) found.set(`${state} ${size} ${colorScheme}`, faults);
      }
      visited.push(state);
    }
    return { visit, visited, found };
  }

  it('has nothing for axe to find, is as wide as the screen, and needs nothing but the gateway', async () => {
    const { visit, visited, found } = inspect();
    expect(await playStates(browser, visit)).toEqual([]);
    expect([...found]).toEqual([]);
    expect(visited.length).toBeGreaterThan(30);
  });

  it('is as good for each role', async () => {
    const { visit, visited, found } = inspect();
    expect(await playRoles(browser, visit)).toEqual([]);
    expect([...found]).toEqual([]);
    expect(visited).toEqual(['viewer', 'viewer-may-not-change', 'expired', 'loading', 'forbidden']);
  });

  it('leads somebody who has just started the gateway from a cut link to a node added and removed', async () => {
    const { visit, visited, found } = inspect();
    const told = new Map<string, string>();
    const faults = await walk(browser, async (step, page) => {
      told.set(step, (await page.locator('#main').innerText()).replaceAll(/\s+/g, ' '));
      await visit(step, page);
    });
    expect(faults).toEqual([]);
    expect([...found]).toEqual([]);
    expect(visited).toHaveLength(7);
    // Which link, since when, why, and what to do.
    expect(told.get('2-cut')).toMatch(
      /node-2 and node-3 are not connected for .*for \d+ s .*is not connected to .*What to do: .*node-2 ↔.* node-3/,
    );
    expect(told.get('3-healed')).toContain('All 3 nodes and all 6 links are connected. node-4 is not in the cluster.');
    expect(told.get('4-add-plan')).toContain('node-4');
    expect(told.get('6-remove-plan')).toContain('node-4 is removed.');
  });
});
