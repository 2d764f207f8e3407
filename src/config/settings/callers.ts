import { count, file, httpUrl, onOff, pemFile, text } from './setting.ts';

/** Who may call. */
export const callersSettings = {
  TOKENS_FILE: file.describe(
    "Callers' tokens in SERVICE mode. A line has name, role (viewer or operator) and SHA-256; " +
      '`npm start -- token` makes one. Read again when it changes.',
  ),
  JWT_JWKS_URL: httpUrl.describe('JWKS with the keys that sign JWTs of callers (SERVICE mode).'),
  JWT_KEY_FILE: pemFile.describe(
    'Public key that signs JWTs of callers, instead of JWT_JWKS_URL. Read again when it changes.',
  ),
  JWT_ISSUER: text('text').describe('Issuer that JWTs must name; needed with JWT_JWKS_URL or JWT_KEY_FILE.'),
  JWT_AUDIENCE: text('text').describe('Audience that JWTs must name; needed with JWT_JWKS_URL or JWT_KEY_FILE.'),
  JWT_ROLE_CLAIM: text('path')
    .defaultsTo('role')
    .describe('Claim that holds the role, viewer or operator, or a list with one of them; dots lead into objects.'),
  INSECURE_NO_AUTH: onOff
    .defaultsTo('false')
    .describe(
      'Serves everyone as an operator in SERVICE mode. ' +
        'Only on a loopback HOST, and never beside TOKENS_FILE or JWT_ settings.',
    ),
  LOGIN_FAILURES: count('logins a minute', 1, 10_000)
    .defaultsTo('10')
    .describe('Failed logins for one user name from one address, after which further ones are refused for a minute.'),
  LOGIN_FAILURES_IN_ALL: count('logins a minute', 1, 100_000)
    .defaultsTo('100')
    .describe('The same for one address whatever the user name, and for one user name wherever they come from.'),
  RATE_LIMIT: count('requests a minute', 1, 100_000_000)
    .defaultsTo('600000')
    .describe('Operations that a caller may begin in a minute.'),
  ANONYMOUS_RATE_LIMIT: count('requests a minute', 1, 100_000_000)
    .defaultsTo('600')
    .describe('Operations that callers without a login may begin in a minute from one address.'),
};
