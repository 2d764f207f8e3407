import type { Browser, CDPSession, Page } from 'playwright-core';

/** What the frames of a page were like for a while. Times are milliseconds. */
export interface Frames {
  readonly frames: number;
  readonly framesOver50: number;
  readonly longestFrame: number;
  readonly longestTask: number;
}

export async function openConsole(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on('pageerror', (error) => console.error(error.message));
  await page.goto(`${url}#/`);
  return page;
}

export async function logIn(page: Page): Promise<void> {
  await page.fill('[name=username]', 'admin');
  await page.fill('[name=password]', 'sandbox');
  await page.keyboard.press('Enter');
  await page.locator('.summary-word').waitFor();
}

/** Looks at each frame, and each task that took more than 50 ms, for so many milliseconds. */
export function watchFrames(page: Page, milliseconds: number): Promise<Frames> {
  return page.evaluate(async (duration) => {
    const gaps: number[] = [];
    let longestTask = 0;
    const observer = new PerformanceObserver((list) => {
      for (const { duration: took } of list.getEntries()) longestTask = Math.max(longestTask, took);
    });
    observer.observe({ type: 'longtask' });
    await new Promise<void>((resolve) => {
      const begun = performance.now();
      let last = begun;
      const onFrame = () => {
        const now = performance.now();
        gaps.push(now - last);
        last = now;
        if (now - begun > duration) resolve();
        else requestAnimationFrame(onFrame);
      };
      requestAnimationFrame(onFrame);
    });
    observer.disconnect();
    const framesOver50 = gaps.filter((gap) => gap > 50).length;
    return { frames: gaps.length, framesOver50, longestFrame: Math.max(...gaps), longestTask };
  }, milliseconds);
}

/**
 * Milliseconds from the navigation to the first paint with content, and to the form to log in. Nothing is cached.
 */
export async function paintOf(
  browser: Browser,
  url: string,
): Promise<{ readonly paint: number; readonly form: number }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (document.querySelector('form') === null) return;
      observer.disconnect();
      performance.mark('form');
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(url);
  await page.locator('form').waitFor();
  const times = await page.evaluate(
    () =>
      new Promise<{ paint: number; form: number }>((resolve) => {
        new PerformanceObserver((list) => {
          const found = list.getEntriesByName('first-contentful-paint')[0];
          const [form] = performance.getEntriesByName('form');
          if (found && form) resolve({ paint: found.startTime, form: form.startTime });
        }).observe({ type: 'paint', buffered: true });
      }),
  );
  await context.close();
  return times;
}

/** Bytes of heap that a page has in use, without garbage. */
export async function heapOf(page: Page): Promise<number> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}
