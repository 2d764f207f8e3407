import { isIP } from 'node:net';
import { z } from 'zod';

/** Lengths and counts that no real cluster comes near; they keep nonsense out before Harper sees it. */
export const MAX_NAME = 253;
export const MAX_URL = 2048;
export const MAX_SECRET = 16_384;
export const MAX_LIST = 1000;

/** A text that is not empty. */
export const text = z.string().min(1, 'must not be empty');

/** A name of a database, table or node. */
export const name = text
  .max(MAX_NAME, `must not be longer than ${MAX_NAME} characters`)
  .refine((value) => value.trim() === value, 'must not begin or end with a space');

/** A host name or an IP address, without a port. */
export const hostname = name.refine(
  (value) => isIP(value) !== 0 || /^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$/.test(value),
  'must be a host name or an IP address, without scheme, port or path',
);

/**
 * The name of a node to be added. Harper takes a call without one for a peer called `undefined` and tells the whole
 * cluster of it. A frontend's missing variable looks the same, so it is refused; such a peer can still be removed.
 */
export const newHostname = hostname.refine(
  (value) => value !== 'undefined' && value !== 'null',
  'must be the name of a node',
);

/** A TCP port. */
export const port = z
  .number()
  .int('must be a whole number')
  .refine((value) => value >= 1 && value <= 65_535, 'must be between 1 and 65535');

/** The shard of a node. */
export const shard = z.number().int().min(0, 'must not be negative').max(65_535, 'must be at most 65535');

/** A replication address: ws:// or wss://, nothing but host and port. */
export const socketUrl = z
  .string()
  .max(MAX_URL, `must not be longer than ${MAX_URL} characters`)
  .superRefine((value, context) => {
    const fault = socketUrlFault(value);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  });

function socketUrlFault(value: string): string | undefined {
  if (value.length > MAX_URL) return undefined;
  const portText = value.match(/^wss?:\/\/(?:\[[^\]]*\]|[^/:?#@]*):(\d+)(?:[/?#]|$)/i)?.[1];
  if (portText !== undefined && (Number(portText) < 1 || Number(portText) > 65_535)) {
    return 'must have a port between 1 and 65535';
  }
  const url = URL.parse(value);
  if (url === null || (url.protocol !== 'ws:' && url.protocol !== 'wss:')) return 'must be a ws:// or wss:// URL';
  if (url.username !== '' || url.password !== '') return 'must not carry a login; use authorization';
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return 'must have no path, query or fragment';
  if (url.hostname === 'undefined' || url.hostname === 'null') return 'must have the name of a node as its host';
  return undefined;
}
