import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Coding } from './compression.ts';
import { codingOf } from './negotiation.ts';

/** A file of a page, in memory as it is sent. */
export interface Asset {
  readonly type: string;
  readonly plain: Buffer;
  /** The same compressed, the coding first that is taken where a client likes several equally. */
  readonly coded: ReadonlyMap<Coding, Buffer>;
}

/** Caching of what has a digest of its content in its path. */
export const FOREVER = 'public, max-age=31536000, immutable';

export interface AssetOptions {
  /** The Cache-Control header. */
  readonly caching: string;
  /** The Content-Security-Policy header. */
  readonly policy: string;
  readonly vary: string;
  /** Who has this version is told so, without a body. A weak one: it is the same for every coding. */
  readonly etag?: string;
}

/** Answers a GET or HEAD request with a file. No other site may show it in a frame, or hold on to its window. */
export function sendAsset(
  { req, res }: { readonly req: IncomingMessage; readonly res: ServerResponse },
  { type, plain, coded }: Asset,
  { caching, policy, vary, etag }: AssetOptions,
): void {
  const headers = {
    'cache-control': caching,
    'content-security-policy': policy,
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    vary,
    ...(etag !== undefined && { etag }),
  };
  if (etag !== undefined && isKnown(req.headers['if-none-match'], etag)) {
    res.writeHead(304, headers).end();
    return;
  }
  const coding = codingOf(req.headers['accept-encoding'], [...coded.keys()]);
  const body = (coding && coded.get(coding)) ?? plain;
  res.writeHead(200, {
    'content-type': type,
    'content-length': body.length,
    ...headers,
    ...(coding && { 'content-encoding': coding }),
  });
  res.end(req.method === 'HEAD' ? undefined : body);
}

/** Whether an If-None-Match header names a version, by the weak comparison of RFC 9110, 8.8.3.2. */
function isKnown(header: string | undefined, etag: string): boolean {
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
  const tags = header?.split(',').map(opaque) ?? [];
  return tags.includes('*') || tags.includes(opaque(etag));
}
