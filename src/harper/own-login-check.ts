import { OWN_CREDENTIALS } from '../auth/credentials.ts';
import type { HarperClient } from './client.ts';
import { OwnLoginFault } from './login.ts';
import { operations } from './operations.ts';

/**
 * Creates the check of the gateway's own login: it reads the cluster, as the watch does.
 * @returns settles with why Harper refuses that; undefined where it does not, or cannot be asked in time
 */
export function createOwnLoginCheck(client: HarperClient): (signal: AbortSignal) => Promise<string | undefined> {
  return async (signal) => {
    try {
      await client.call(operations.clusterStatus, {}, { credentials: OWN_CREDENTIALS, signal });
      return undefined;
    } catch (error) {
      // Whatever else is wrong is no matter of the login.
      return error instanceof OwnLoginFault ? error.message : undefined;
    }
  };
}
