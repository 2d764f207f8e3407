const MASK = '[redacted]';

/** Characters of a text that are kept: nobody reads the rest. It is cut after the search, so no half login is left. */
const MAX_LENGTH = 4000;

/** Shorter secrets are masked as whole words only: replacing them everywhere would spoil a text and hide nothing. */
const MIN_SECRET_LENGTH = 3;

/** Parts of a text that look like a login, and their masks. */
const PATTERNS: readonly [RegExp, string][] = [
  [/\b(Basic|Bearer)\s+[A-Za-z0-9\-._~+/]+=*/gi, `$1 ${MASK}`],
  // A token of the gateway (auth/tokens.ts).
  [/hgw_[\w-]{43}/gi, MASK],
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
 * a JWT, a URL's userinfo, a `password: …` pair). Texts over `maxLength` characters are cut after that.
 */
export function redact(text: string, secrets: Iterable<string> = [], maxLength = MAX_LENGTH): string {
  const known = [...new Set(secrets)].filter((secret) => secret !== '');
  // The time of the search grows faster than the text, so nothing is searched that is not shown.
  const searched = 2 * maxLength;
  let clean = mask(text.slice(0, searched), known);
  const isCut = text.length > searched;
  if (isCut) clean = withoutEnd(clean, Math.max(0, ...known.map(({ length }) => length)));
  for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement);
  return isCut || clean.length > maxLength ? `${clean.slice(0, maxLength)} …` : clean;
}

/** Leaves out the end of a text that was cut, where the beginning of a secret may stand, and of what looks like one. */
function withoutEnd(text: string, longest: number): string {
  const rest = text.slice(0, Math.max(0, text.length - longest));
  return rest.slice(0, rest.lastIndexOf(' ') + 1);
}

/**
 * Masks all secrets in one pass, the longest first: masks are not searched, and no part of a secret is left over. Case
 * counts for nothing, since host names lose it.
 */
function mask(text: string, secrets: readonly string[]): string {
  const lower = text.toLowerCase();
  const present = secrets.filter((secret) => lower.includes(secret.toLowerCase()));
  if (present.length === 0) return text;
  const longestFirst = present
    .sort((a, b) => b.length - a.length)
    .map((secret) => {
      const literal = secret.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      return secret.length < MIN_SECRET_LENGTH ? `(?<![\\w])${literal}(?![\\w])` : literal;
    });
  return text.replace(new RegExp(longestFirst.join('|'), 'gi'), MASK);
}

/** Levels of a JSON value that are kept. */
const MOST_LEVELS = 32;

/** A copy of a JSON value whose strings are redacted; what is nested too deep is left out. */
export function redactDeep(value: unknown, secrets: readonly string[], level = 0): unknown {
  if (typeof value === 'string') return redact(value, secrets);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (level > MOST_LEVELS) return null;
  const clean = (item: unknown) => redactDeep(item, secrets, level + 1);
  if (Array.isArray(value)) return value.map(clean);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, clean(item)]));
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

/** The secrets of a login: the password and the pair with the user name, plain and in every usual encoding. */
export function secretsOfLogin(username: string, password: string): string[] {
  const pair = `${username}:${password}`;
  return [password, pair, ...encodingsOf(password), ...encodingsOf(pair)];
}

/** A secret as JSON, HTML, URLs and dumps write it. What is too short to be told from other text is left out. */
function encodingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString('base64');
  const hex = bytes.toString('hex');
  const json = JSON.stringify(secret).slice(1, -1);
  const inUrl = encodeURIComponent(secret.toWellFormed());
  const inForm = inUrl.replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
  const encodings = [
    ...[json, unitsOf(secret), hex, hex.replace(/../g, '%$&')],
    ...[base64, base64.replace(/=+$/, ''), bytes.toString('base64url')],
    ...[inUrl, inUrl.replaceAll('%20', '+'), inForm.replaceAll('%20', '+')],
    json.replace(/[^\x20-\x7e]/g, unitsOf),
    secret.replace(/[&<>"']/g, (character) => HTML[character] ?? character),
  ];
  return encodings.filter((encoded) => encoded.length >= MIN_SECRET_LENGTH);
}

/** Each UTF-16 unit of a text as JSON may write it. */
function unitsOf(text: string): string {
  return Buffer.from(text, 'utf16le').swap16().toString('hex').replace(/..../g, '\\u$&');
}

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

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
