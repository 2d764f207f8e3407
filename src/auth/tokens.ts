import { createHash, randomBytes } from 'node:crypto';
import { ROLES, type Role } from './caller.ts';

/** A caller as a line of the tokens file names it. */
export interface TokenHolder {
  readonly name: string;
  readonly role: Role;
}

/** Begins every token, so that secret scanners and people know one when they see it. */
const PREFIX = 'hgw_';

/** Makes a token of 256 random bits. It is shown once; the file holds its digest only. */
function makeToken(): string {
  return `${PREFIX}${randomBytes(32).toString('base64url')}`;
}

/**
 * Makes a token for a caller, and the line of the tokens file that lets it in.
 * @throws Error where the name or the role is none
 */
export function issueToken(name: string | undefined, role: string | undefined): { token: string; line: string } {
  if (name === undefined || !/^[^\s#][^\s]{0,99}$/.test(name)) throw new Error('A name without spaces is needed.');
  if (!isRole(role)) throw new Error(`A role is needed: ${Object.keys(ROLES).join(' or ')}.`);
  const token = makeToken();
  return { token, line: `${name} ${role} ${digestOf(token)}` };
}

/** The digest of a token as the file holds it: SHA-256, in hexadecimal. */
export function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/**
 * Parses a tokens file: a line for each token with name, role and SHA-256, empty lines and lines that begin with # apart.
 * @returns holders by digest
 * @throws Error that names the first line that is wrong
 */
export function parseTokens(text: string): Map<string, TokenHolder> {
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

/** Whether a text names a role. */
export function isRole(text: unknown): text is Role {
  return typeof text === 'string' && Object.hasOwn(ROLES, text);
}
