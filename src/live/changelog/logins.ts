import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Credentials } from '../../auth/credentials.ts';

/** Names the log of a login, without anything that the login could be worked out from. */
export type NameLogin = (credentials: Credentials) => string;

const SECRET_BYTES = 32;

/**
 * Creates the names of logs. Those of forwarded logins are HMACs with a secret, so that nobody can try passwords on the
 * history alone.
 * @param secret read when the first forwarded login comes
 */
export function createLoginNames(secret: () => string): NameLogin {
  let known: string | undefined;
  return (credentials) => {
    if (credentials.kind === 'own') return credentials.key;
    known ??= secret();
    return createHmac('sha256', known).update(credentials.key).digest('base64url');
  };
}

/**
 * Reads the secret of a history from a file, which is made where there is none.
 * @throws an error where the file can be neither read nor written
 */
export function readSecret(path: string): string {
  try {
    writeFileSync(path, `${randomBytes(SECRET_BYTES).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const secret = readFileSync(path, 'utf8').trim();
  if (Buffer.from(secret, 'base64url').length < SECRET_BYTES) throw new Error(`${path} is no secret of 32 bytes`);
  return secret;
}
