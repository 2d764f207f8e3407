import { mkdirSync, rmSync } from 'node:fs';
import process from 'node:process';
import type { Page } from 'playwright-core';
import { SIZES, startConsoleBrowser } from '../test/support/console.ts';
import { playRoles, playStates } from '../test/support/console-states.ts';
import { walk } from '../test/support/console-walk.ts';

/*
 * Makes a picture of each designed state of the console, at each size, dark and light. It is called
 * pictures/<state>-<size>-<colour>.png. With an argument, only of the states that have it in their names.
 */

const FOLDER = 'pictures';
const [wanted = ''] = process.argv.slice(2);
let made = 0;

async function take(state: string, page: Page): Promise<void> {
  if (!state.includes(wanted)) return;
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${FOLDER}/${state}-${size}-${colorScheme}.png`, animations: 'disabled' });
      made += 1;
    }
  }
  await page.setViewportSize(SIZES.laptop);
}

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER);
await using browser = await startConsoleBrowser();
const faults = [
  ...(await playStates(browser, take)),
  ...(await playRoles(browser, take)),
  ...(await walk(browser, (step, page) => take(`walk-${step}`, page))),
];
console.log(`${made} pictures in ${FOLDER}/.`);
if (faults.length > 0) {
  console.error(`The page had faults:\n${faults.join('\n')}`);
  process.exitCode = 1;
}
