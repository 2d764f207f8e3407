import { existsSync } from 'node:fs';
import process from 'node:process';
import { type Browser, chromium, type Page } from 'playwright-core';

/** The shell has the same engine without the frame around it, and takes less than half of the processor. */
const PLACES = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];
const CHROMIUM = process.env.CHROMIUM ?? PLACES.find((path) => existsSync(path)) ?? '';

/** Whether there is no browser to test with; says so once if there is none. */
export const missing = !existsSync(CHROMIUM);
if (missing)
  console.warn(
    `The browser tests are skipped: there is no Chromium at ${CHROMIUM || PLACES.join(', ')} ` +
      '(Debian package chromium-headless-shell, or set CHROMIUM).',
  );

/** Starts a Chromium that asks for nothing by itself. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** GraphiQL in a browser; `strays` holds errors of the page, and what it tried to reach besides the gateway. */
export interface Opened {
  readonly page: Page;
  readonly strays: readonly string[];
}

/** Opens GraphiQL in a page that reaches nothing but the gateway. */
export async function open(
  browser: Browser,
  url: string,
  { hasTouch = false, ...viewport }: { width: number; height: number; hasTouch?: boolean } = {
    width: 1400,
    height: 850,
  },
): Promise<Opened> {
  const page = await browser.newPage({ viewport, hasTouch });
  // Loading 5 MB of script takes long on a busy machine. What did not come is named before the test's own limit.
  page.setDefaultTimeout(120_000);
  const strays: string[] = [];
  page.on('pageerror', ({ message }) => strays.push(message));
  // What the page's Content-Security-Policy has stopped counts as well.
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) strays.push(message.text());
  });
  const { origin } = new URL(url);
  await page.route(
    (target) => target.origin !== origin && !['blob:', 'data:'].includes(target.protocol),
    async (route) => {
      strays.push(route.request().url());
      await route.abort();
    },
  );
  await page.goto(url);
  await page.waitForSelector('.graphiql-execute-button');
  return { page, strays };
}

/** Logs in with user and password, and returns what the page says of that. */
export async function logIn(page: Page, username: string, password: string): Promise<string> {
  await page.fill('#username', username);
  await page.fill('#password', password);
  await page.click('#login button');
  await page.waitForFunction(() => /Logged in|did not accept/.test(document.getElementById('who')?.textContent ?? ''));
  return (await page.textContent('#who')) ?? '';
}

/** Settles when GraphiQL has taken over the text of a tab, which it does with a delay, and stores the tabs then. */
export async function taken(page: Page, tab: string): Promise<void> {
  await page.waitForFunction((title) => {
    const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState') ?? '{"tabs":[]}');
    return tabs[activeTabIndex]?.title === title;
  }, tab);
}

/** Runs the tab of that title and returns what GraphiQL shows as its answer. */
export async function run(page: Page, tab: string, expected: RegExp): Promise<string> {
  await page.getByRole('button', { name: tab, exact: true }).click();
  await taken(page, tab);
  await page.click('.graphiql-execute-button');
  return await shown(page, expected);
}

/** What GraphiQL shows as its answer, once it matches. */
export async function shown(page: Page, expected: RegExp): Promise<string> {
  const answer = page.locator('.result-window .view-lines');
  await answer.filter({ hasText: expected }).waitFor();
  // Monaco wraps lines and shows spaces as no-break spaces.
  return ((await answer.textContent()) ?? '').replace(/\s+/g, ' ');
}

/** Clicks where a tab is at this moment, as a person does, and returns the tab that is then open. */
export async function clickTab(page: Page, title: string): Promise<string | null> {
  const box = await page.getByRole('button', { name: title, exact: true }).boundingBox();
  if (box === null) throw new Error(`There is no tab ${title}`);
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  const opened = await page.textContent('.graphiql-tab-active .graphiql-tab-button');
  // What is stored of the tab before must not be taken for this one's.
  if (opened === title) await taken(page, title);
  return opened;
}

/** The lines of an editor in sight, from the top. Monaco keeps them in no order, and spaces as no-break ones. */
export async function lines(page: Page, editor: string): Promise<string[]> {
  const found = await page
    .locator(`${editor} .view-line`)
    .evaluateAll((all) =>
      all
        .map((line) => ({ top: Number.parseFloat((line as HTMLElement).style.top), text: line.textContent ?? '' }))
        .sort((a, b) => a.top - b.top),
    );
  return found.map(({ text }) => text.replace(/\u00a0/g, ' '));
}

/** The titles of the tabs, the first one first. */
export function tabsOf(page: Page): Promise<string[]> {
  return page.locator('.graphiql-tab-button').allTextContents();
}
