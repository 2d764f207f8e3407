import { httpUrl, integer, onOff, type Setting, text } from './setting.ts';

/** Who may call. */
export const callersSettings = {
  TOKENS_FILE: {
    schema: text,
    unit: 'file',
    sentence:
      'Tokens of callers (SERVICE mode), a line each: name, role (viewer or operator), SHA-256 of the token; harper-gateway token makes one. Read anew when it changes.',
  },
  JWT_JWKS_URL: {
    schema: httpUrl,
    unit: 'URL',
    sentence: 'Keys that sign JWTs of callers (SERVICE mode), as a JWKS.',
  },
  JWT_KEY_FILE: {
    schema: text,
    unit: 'PEM file',
    sentence:
      'Public key that signs JWTs of callers (SERVICE mode), instead of JWT_JWKS_URL. Read anew when it changes.',
  },
  JWT_ISSUER: {
    schema: text,
    unit: 'text',
    sentence: 'Issuer that JWTs must name; needed with JWT_JWKS_URL or JWT_KEY_FILE.',
  },
  JWT_AUDIENCE: {
    schema: text,
    unit: 'text',
    sentence: 'Audience that JWTs must name; needed with JWT_JWKS_URL or JWT_KEY_FILE.',
  },
  JWT_ROLE_CLAIM: {
    schema: text,
    default: 'role',
    unit: 'path',
    sentence: 'Claim that holds the role, viewer or operator, or a list with one of them; dots lead into objects.',
  },
  INSECURE_NO_AUTH: {
    schema: onOff,
    default: 'false',
    unit: 'true or false',
    sentence:
      'Serves everyone as an operator in SERVICE mode; only on a loopback HOST, and never beside TOKENS_FILE or JWT_ settings.',
  },
  LOGIN_FAILURES: {
    schema: integer(1, 10_000),
    default: '10',
    unit: 'logins a minute',
    sentence:
      'Failed logins from one address, or for one user name, from which on further ones are refused unseen for a minute.',
  },
  RATE_LIMIT: {
    schema: integer(1, 100_000_000),
    default: '600000',
    unit: 'requests a minute',
    sentence: 'Operations a caller may begin in a minute; a caller without a login is an address.',
  },
} as const satisfies Record<string, Setting>;
