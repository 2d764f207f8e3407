import { hash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isRole, ROLES, type Role } from './caller.ts';

/** The owner of a token. */
export interface TokenHolder {
  readonly name: string;
  readonly role: Role;
  /** When the token expires, in milliseconds since 1970; never when left out. */
  readonly endsAt?: number;
}

/** Begins every token, so that secret scanners and people recognise one. */
const PREFIX = 'hgw_';

/** Makes a token of 256 random bits. It is shown once; the file holds its digest only. */
function makeToken(): string {
  return `${PREFIX}${randomBytes(32).toString('base64url')}`;
}

/**
 * Makes a token for a caller, and the line of the tokens file that makes it valid.
 * @throws Error when the name or the role is not valid
 */
export function issueToken(name: string | undefined, role: string | undefined): { token: string; line: string } {
  if (name === undefined || !/^[^\s#][^\s]{0,99}$/.test(name)) throw new Error('A name without spaces is needed.');
  if (!isRole(role)) throw new Error(`A role is needed: ${Object.keys(ROLES).join(' or ')}.`);
  const token = makeToken();
  return { token, line: `${name} ${role} ${digestOf(token)}` };
}

/** The digest of a token as the file holds it: SHA-256, in hexadecimal. */
export function digestOf(token: string): string {
  return hash('sha256', token, 'hex');
}

/**
 * Reads TOKENS_FILE.
 * @returns holders by digest
 * @throws Error that names the setting when the file cannot be read or a line is wrong
 */
export function readTokens(path: string): Map<string, TokenHolder> {
  try {
    return parseTokens(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`TOKENS_FILE: ${(error as Error).message}`, { cause: error });
  }
}

/** Parses lines of name, role and SHA-256. Empty lines and lines that begin with # are skipped. */
function parseTokens(text: string): Map<string, TokenHolder> {
  const holders = new Map<string, TokenHolder>();
  for (const [index, line] of text.split('\n').entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const [name, role, digest, ...rest] = trimmed.split(/\s+/);
    if (name === undefined || role === undefined || digest === undefined || rest.length > 0) {
      throw new Error(`line ${index + 1} is not "name role sha256"`);
    }
    if (!isRole(role)) throw new Error(`line ${index + 1}: the role is neither ${Object.keys(ROLES).join(' nor ')}`);
    if (!/^[0-9a-f]{64}$/i.test(digest)) throw new Error(`line ${index + 1}: the digest is no SHA-256 in hexadecimal`);
    holders.set(digest.toLowerCase(), { name, role });
  }
  return holders;
}
