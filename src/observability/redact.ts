const MASK = '[redacted]';

/** Longer texts are cut before they are searched, since nobody reads the rest and the search takes time. */
const MAX_LENGTH = 4000;

/** Shorter secrets are masked by pattern only: replacing them everywhere would spoil a text and hide nothing. */
const MIN_SECRET_LENGTH = 3;

/** Parts of a text that look like a login, and their masks. */
const PATTERNS: readonly [RegExp, string][] = [
  [/\b(Basic|Bearer)\s+[A-Za-z0-9\-._~+/]+=*/gi, `$1 ${MASK}`],
  [/\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g, MASK],
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s@'"]+@/gi, `$1${MASK}@`],
  [/(^|[\s"'(=])[^\s"'/@:]{1,64}:[^\s"'/@]{1,128}@(?=[\w[])/g, `$1${MASK}@`],
  [
    /("?(?:password|passwd|authorization|secret|(?:operation|refresh)_token)"?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;}]+)/gi,
    `$1${MASK}`,
  ],
];

/**
 * Returns the text without credentials: those given as `secrets`, and whatever looks like one (an Authorization value,
 * a JWT, a URL's userinfo, a `password: …` pair). Texts over 4 000 characters are cut.
 */
export function redact(text: string, secrets: Iterable<string> = []): string {
  const cut = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)} …` : text;
  let clean = mask(cut, secrets);
  for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement);
  return clean;
}

/** Masks all secrets in one pass, the longest first: masks are not searched, and no part of a secret is left over. */
function mask(text: string, secrets: Iterable<string>): string {
  const present = [...new Set(secrets)].filter((secret) => secret.length >= MIN_SECRET_LENGTH && text.includes(secret));
  if (present.length === 0) return text;
  const longestFirst = present
    .sort((a, b) => b.length - a.length)
    .map((secret) => secret.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return text.replace(new RegExp(longestFirst.join('|'), 'g'), MASK);
}

/** A copy of a JSON value whose strings are redacted. */
export function redactDeep(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return redact(value, secrets);
  if (Array.isArray(value)) return value.map((item) => redactDeep(item, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactDeep(item, secrets)]));
}

/**
 * The secrets in an Authorization header, in every form in which a message may repeat them. They are the header itself,
 * its parameter and, for Basic, the decoded pair and the password.
 */
export function secretsOf(authorization: string): string[] {
  const parameter = authorization.slice(authorization.indexOf(' ') + 1);
  if (!/^basic /i.test(authorization)) return [authorization, parameter];
  const pair = Buffer.from(parameter, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return [authorization, parameter, ...secretsOfLogin(pair.slice(0, colon), pair.slice(colon + 1))];
}

/** The secrets of a login: the password and the pair with the user name, plain and encoded. */
export function secretsOfLogin(username: string, password: string): string[] {
  const escaped = JSON.stringify(password).slice(1, -1);
  const pair = `${username}:${password}`;
  return [password, escaped, encodeURIComponent(password.toWellFormed()), pair, Buffer.from(pair).toString('base64')];
}

/** The secrets of all logins in an input, at any depth: as a header, or as a user name and a password. */
export function secretsWithin(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    if (typeof item !== 'string') return secretsWithin(item);
    if (key === 'authorization' || key === 'header') return secretsOf(item);
    if (key !== 'password') return [];
    return secretsOfLogin(String((value as { username?: unknown }).username), item);
  });
}

/**
 * An address without its login (`wss://user:password@host` → `wss://host`), with a scheme or without. Everything up
 * to the last `@` is removed, since no host has one.
 */
export function withoutUserinfo(address: string): string {
  const trimmed = address.trim();
  const at = trimmed.lastIndexOf('@');
  if (at === -1) return trimmed;
  const scheme = trimmed.match(/^[a-z][a-z0-9+.-]{0,30}:\/*/i)?.[0] ?? '';
  // Without slashes, what looks like a scheme is a user name.
  return `${scheme.endsWith('/') ? scheme : ''}${trimmed.slice(at + 1)}`;
}
