import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { buildConsole } from '../../scripts/console/build.ts';
import { startChromium } from './graphiql.ts';
import { type Stack, type StackOptions, startStack } from './stack.ts';

/** The widths that the console is designed for. */
export const SIZES = {
  phone: { width: 390, height: 844 },
  laptop: { width: 1280, height: 800 },
  wall: { width: 1920, height: 1080 },
} as const;

const THREE = ['node-1', 'node-2', 'node-3'];

/** Settings of a gateway that reads often, and tells at once what it sees. */
export const PROMPT = { POLL_INTERVAL: '200', CHANGE_GRACE: '0', CUT_GRACE: '0', RECOVERY_GRACE: '0' } as const;

/** The console in a page of its own. */
export interface ConsolePage {
  readonly page: Page;
  /** Errors of the page, what its security policy has stopped, and what it tried to reach besides the gateway. */
  readonly faults: readonly string[];
  /** Everything that it printed on the browser's console. */
  readonly printed: readonly string[];
}

export interface OpenOptions extends BrowserContextOptions {
  /** What is selected; the overview when left out. */
  readonly hash?: string;
}

/** A browser and a console built from the present source, for many pages and stacks. */
export interface ConsoleBrowser extends AsyncDisposable {
  /** Where the built console is, as a gateway takes it. */
  readonly consoleFolder: URL;
  /** Opens the console of a gateway in a page that reaches nothing else. */
  open(url: string, options?: OpenOptions): Promise<ConsolePage>;
  /** A gateway with this console, which is prompt and knows where each of three nodes is. */
  startStack(options?: StackOptions): Promise<Stack>;
}

export async function startConsoleBrowser(): Promise<ConsoleBrowser> {
  const folder = await mkdtemp(join(tmpdir(), 'harper-gateway-console-'));
  await buildConsole(folder);
  const consoleFolder = pathToFileURL(`${folder}/`);
  const browser = await startChromium();
  return {
    consoleFolder,
    open: (url, options) => open(browser, url, options),
    startStack: ({ settings, ...options } = {}) =>
      startStack({ addresses: THREE, consoleFolder, ...options, settings: { ...PROMPT, ...settings } }),
    async [Symbol.asyncDispose]() {
      await browser.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function open(browser: Browser, url: string, options: OpenOptions = {}): Promise<ConsolePage> {
  const { hash = '#/', ...context } = options;
  const page = await browser.newPage({ viewport: SIZES.laptop, ...context });
  page.setDefaultTimeout(120_000);
  const faults: string[] = [];
  const printed: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (message) => {
    printed.push(message.text());
    if (/Content Security Policy|Refused to/.test(message.text())) faults.push(message.text());
  });
  const { origin } = new URL(url);
  await page.route(
    (target) => target.origin !== origin && target.protocol !== 'data:',
    async (route) => {
      faults.push(route.request().url());
      await route.abort();
    },
  );
  await page.goto(`${origin}/console${hash}`);
  return { page, faults, printed };
}

/** Types a login of Harper and sends it. */
export async function logIn(page: Page, username = 'admin', password = 'sandbox'): Promise<void> {
  await page.fill('[name=username]', username);
  await page.fill('[name=password]', password);
  await page.keyboard.press('Enter');
}

/** Logs in with a token, of the gateway or of Harper. */
export async function logInByToken(page: Page, token: string): Promise<void> {
  if ((await page.locator('[name=token]').count()) === 0) await page.getByLabel('Token', { exact: true }).check();
  await page.fill('[name=token]', token);
  await page.keyboard.press('Enter');
}

/** Waits until the overview says in one word how the cluster is. */
export function summary(page: Page, word: string | RegExp): Promise<void> {
  return page.locator('.summary-word').filter({ hasText: word }).waitFor();
}

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

const AXE = readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** What axe finds, and whether something is wider than the screen. Nothing where all is well. */
export async function findings(page: Page): Promise<readonly string[]> {
  // Evaluated by the debugger: the page's own policy takes no script from elsewhere.
  await page.evaluate(await AXE);
  const { violations } = await page.evaluate(() => {
    const { axe } = globalThis as unknown as { axe: { run(of: Document): Promise<AxeResult> } };
    return axe.run(document);
  });
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  return [...found, ...(await tooWide(page))];
}

/** Says so where the page scrolls to the side. */
export async function tooWide(page: Page): Promise<readonly string[]> {
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  return excess > 0 ? [`${excess} px too wide`] : [];
}
