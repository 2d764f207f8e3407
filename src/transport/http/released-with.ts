import type { ServerResponse } from 'node:http';
import type { Permit } from '../../util/semaphore.ts';

/** Gives a permit back at the latest when the response is closed, however that comes about, or has come about. */
export function releasedWith(res: ServerResponse, permit: Permit): Permit {
  res.on('close', () => permit.release());
  if (res.closed) permit.release();
  return permit;
}
