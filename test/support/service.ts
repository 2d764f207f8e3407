import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { issueToken } from '../../src/auth/tokens.ts';
import { type Stack, type StackOptions, startStack } from './stack.ts';

export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'harper-gateway';

/** A gateway in SERVICE mode, with the tokens it takes and the key its JWTs are signed with. */
export interface Service extends Stack {
  readonly viewer: string;
  readonly operator: string;
  /** Signs a JWT; its lifetime in seconds may be negative. */
  jwt(claims: Record<string, unknown>, lifetime?: number): Promise<string>;
  /** Adds a token to the file, or takes one out of it. */
  grant(name: string, role: string): string;
  revoke(token: string): void;
  /** Leaves the file half written. */
  corrupt(): void;
}

/** Starts one over a sandbox whose Harper takes requests without login from this machine for a super user's. */
export async function startService({ sandbox, settings, consoleFolder }: StackOptions = {}): Promise<Service> {
  const directory = mkdtempSync(join(tmpdir(), 'harper-gateway-service-'));
  const tokensFile = join(directory, 'tokens');
  const keyFile = join(directory, 'jwt.pem');
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  writeFileSync(keyFile, await exportSPKI(publicKey));
  const lines = new Map<string, string>();
  let version = 0;
  const write = () => {
    // Exchanged whole, as a careful operator does it, and of another size or time than before.
    version += 1;
    writeFileSync(`${tokensFile}.new`, `# version ${version}\n${[...lines.values()].join('\n')}\n`);
    renameSync(`${tokensFile}.new`, tokensFile);
  };
  const grant = (name: string, role: string) => {
    const { token, line } = issueToken(name, role);
    lines.set(`Bearer ${token}`, line);
    write();
    return `Bearer ${token}`;
  };
  const viewer = grant('vera', 'viewer');
  const operator = grant('otto', 'operator');
  const stack = await startStack({
    sandbox: { authorizeLocal: true, ...sandbox },
    ...(consoleFolder && { consoleFolder }),
    settings: without({
      HARPER_USERNAME: 'admin',
      HARPER_PASSWORD: 'sandbox',
      TOKENS_FILE: tokensFile,
      JWT_KEY_FILE: keyFile,
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: AUDIENCE,
      // A token that is tried before the file is read again is a failed login.
      LOGIN_FAILURES: '10000',
      LOGIN_FAILURES_IN_ALL: '10000',
      ...settings,
    }),
  });
  return {
    ...stack,
    viewer,
    operator,
    grant,
    async jwt(claims, lifetime = 60) {
      const now = Math.floor(Date.now() / 1000);
      const token = await new SignJWT({ iss: ISSUER, aud: AUDIENCE, sub: 'jo', exp: now + lifetime, ...claims })
        .setProtectedHeader({ alg: 'ES256' })
        .sign(privateKey);
      return `Bearer ${token}`;
    },
    corrupt: () => writeFileSync(tokensFile, 'vera viewer'),
    revoke(token) {
      lines.delete(token);
      write();
    },
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

/** The settings that are given at all. */
function without<T extends object>(settings: T): T {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as T;
}
