import type { Writable } from 'node:stream';
import type { Permit } from '../../util/semaphore.ts';

/**
 * Gives a permit back at the latest when a response or a socket is closed, however that comes about, or has come about.
 * The listener holds nothing else of the request.
 */
export function releasedWith(stream: Writable, permit: Permit): Permit {
  stream.on('close', () => permit.release());
  if (stream.closed) permit.release();
  return permit;
}
