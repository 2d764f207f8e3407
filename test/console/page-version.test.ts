import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { effect, signal } from '@preact/signals';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeConsole } from '../../scripts/console/write.ts';
import { readOptions } from '../../src/console/options.ts';
import type { SocketState } from '../../src/console/state/connection.ts';
import { createPageVersion } from '../../src/console/state/page-version.ts';
import { startStack } from '../support/stack.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'harper-gateway-console-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A gateway with a console of which one file holds a text. */
async function serve(text: string, reloads = false, port?: string) {
  await writeConsole(folder, { files: new Map([['console.js', text]]), documents: [], licenses: '', reloads });
  const settings = port === undefined ? {} : { PORT: port };
  return startStack({ sandbox: { nodes: 1 }, settings, consoleFolder: pathToFileURL(`${folder}/`) });
}

/** What the page of a gateway knows of itself, in a window that counts how often it was loaded anew. */
async function open(url: string) {
  const href = new URL('/console', url).href;
  const html = await (await fetch(href)).text();
  const options = readOptions(/id="options">(.*?)<\/script>/.exec(html)?.[1] ?? '{}');
  const socket = signal<SocketState>({ kind: 'open' });
  const isBusy = signal(false);
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  let reloads = 0;
  const reload = () => {
    reloads += 1;
  };
  const window = { document, location: { href: `${href}#/nodes`, reload } } as unknown as Window;
  const version = createPageVersion(options, { socket }, { window, isBusy });
  return {
    ...{ version, isBusy, document },
    get reloads() {
      return reloads;
    },
    comeBack() {
      socket.value = { kind: 'cut', since: 0, retryAt: 0 };
      socket.value = { kind: 'open' };
    },
  };
}

type Opened = Awaited<ReturnType<typeof open>>;

/** Resolves when the page says that it is old. */
function saysOld({ version }: Opened): Promise<void> {
  return new Promise((resolve) => {
    effect(() => {
      if (version.isOld.value) resolve();
    });
  });
}

describe('the version of the page', () => {
  it('is found to be old after a cut, and is not loaded anew by itself', async () => {
    await using before = await serve('one');
    const page = await open(before.url);
    await before.stopGateway();
    await using after = await serve('two', false, new URL(before.url).port);
    expect(page.version.isOld.value).toBe(false);
    page.comeBack();
    await saysOld(page);
    expect([after.url, page.reloads]).toEqual([before.url, 0]);
    page.version.reload();
    expect(page.reloads).toBe(1);
    // The page that is loaded then is the one that is served.
    expect((await open(after.url)).version.isOld.value).toBe(false);
  });

  it('is looked at when the page is seen again, and is loaded by itself for who develops it', async () => {
    await using before = await serve('three', true);
    const page = await open(before.url);
    await before.stopGateway();
    await using _ = await serve('four', true, new URL(before.url).port);
    page.isBusy.value = true;
    const old = saysOld(page);
    page.document.dispatchEvent(new Event('visibilitychange'));
    // Asked after the page itself has asked, on a connection that answers in order.
    await fetch(new URL('/console', before.url));
    await expect.poll(() => page.reloads).toBe(0);
    page.isBusy.value = false;
    await old;
    expect(page.reloads).toBe(1);
  });

  it('is the same where the same page is served again', async () => {
    await using stack = await serve('five');
    const [one, other] = await Promise.all([fetch(new URL('/console', stack.url)), open(stack.url)]);
    expect(one.headers.get('etag')).toMatch(/^W\/"[0-9a-f]{16}"$/);
    expect(other.version.isOld.value).toBe(false);
  });
});
