import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { servedTag } from '../api/served-tag.ts';
import type { PageOptions } from '../options.ts';
import type { Connection } from './connection.ts';

/** Whether this is still the page that the gateway serves. */
export interface PageVersion {
  /** True where the gateway serves another one, and nothing is under way that loading it would break off. */
  readonly isOld: ReadonlySignal<boolean>;
  /** Loads the page anew. The place stays, which is in the address; the login does not, which is kept nowhere. */
  reload(): void;
}

/**
 * Finds out whether the gateway serves another version of the page. It asks after each cut, and when the page is seen
 * again.
 * @param isBusy whether a change is under way
 */
export function createPageVersion(
  { tag, reloads }: Pick<PageOptions, 'tag' | 'reloads'>,
  { socket }: Pick<Connection, 'socket'>,
  { window, isBusy }: { readonly window: Window; readonly isBusy: ReadonlySignal<boolean> },
): PageVersion {
  const { document, location } = window;
  const served = signal(tag);
  const isOld = computed(() => served.value !== tag && !isBusy.value);
  const reload = () => location.reload();

  async function look(): Promise<void> {
    const found = await servedTag(location.href.split('#')[0] ?? '');
    if (found !== undefined) served.value = found;
  }

  function ask(): void {
    if (tag !== '') look().catch((error: unknown) => reportError(error));
  }

  let wasCut = false;
  effect(() => {
    const { kind } = socket.value;
    if (kind === 'open' && wasCut) ask();
    wasCut = kind === 'cut';
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') ask();
  });
  effect(() => {
    if (isOld.value && reloads) reload();
  });
  return { isOld, reload };
}
