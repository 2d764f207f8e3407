import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Credentials } from '../../auth/credentials.ts';

/** Names the log of a login, without anything that the login could be worked out from. */
export type NameLogin = (credentials: Credentials) => string;

const SECRET_BYTES = 32;

/**
 * Creates the names of the logs beside a file. Those of forwarded logins are HMACs with a secret, so that nobody can
 * try passwords on the history alone. The secret has a file of its own, which is made where there is none.
 * @throws an error where the file of the secret can be neither read nor written
 */
export function createLoginNames(path: string): NameLogin {
  let secret: string | undefined;
  return (credentials) => {
    if (credentials.kind === 'own') return credentials.key;
    secret ??= readSecret(path);
    return createHmac('sha256', secret).update(credentials.key).digest('base64url');
  };
}

function readSecret(path: string): string {
  try {
    writeFileSync(path, `${randomBytes(SECRET_BYTES).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const secret = readFileSync(path, 'utf8').trim();
  if (Buffer.from(secret, 'base64url').length < SECRET_BYTES) throw new Error(`${path} is no secret of 32 bytes`);
  return secret;
}
