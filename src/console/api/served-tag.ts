/** An ETag of the gateway, to which a proxy that compresses may have added something. */
const ETAG = /^(?:W\/)?"([0-9a-f]{16})/;

const TIMEOUT_MS = 10_000;

/**
 * Asks what version of a page is served now, without loading it.
 * @param page the address of the page
 * @returns undefined where nobody says, be it that something before the gateway answers in its place
 */
export async function servedTag(page: string): Promise<string | undefined> {
  try {
    const response = await fetch(page, {
      method: 'HEAD',
      headers: { accept: 'text/html' },
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return response.ok ? ETAG.exec(response.headers.get('etag') ?? '')?.[1] : undefined;
  } catch {
    return undefined;
  }
}
