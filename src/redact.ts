const MASK = '[redacted]';

/** Words of an Authorization header or of a URL's userinfo, wherever they stand in a text. */
const PATTERNS: readonly [RegExp, string][] = [
  [/\b(Basic|Bearer)\s+[A-Za-z0-9\-._~+/]+=*/gi, `$1 ${MASK}`],
  [/\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g, MASK],
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]+@/gi, `$1${MASK}@`],
  [
    /("?(?:password|passwd|authorization|secret|(?:operation|refresh)_token)"?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;}]+)/gi,
    `$1${MASK}`,
  ],
];

/**
 * Returns the text without credentials: those given as `secrets`, and whatever looks like one (an Authorization value,
 * a JWT, a URL's userinfo, a `password: …` pair). Secrets shorter than three characters are masked by pattern only,
 * since replacing them everywhere would destroy the text without hiding anything.
 */
export function redact(text: string, secrets: Iterable<string> = []): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length >= 3) clean = clean.replaceAll(secret, MASK);
  }
  for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement);
  return clean;
}

/** A copy of a JSON value whose strings are redacted. */
export function redactDeep(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return redact(value, secrets);
  if (Array.isArray(value)) return value.map((item) => redactDeep(item, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactDeep(item, secrets)]));
}

/**
 * The strings that must not appear anywhere for an Authorization header: the header itself, its parameter and, for
 * Basic, the decoded password and the decoded pair.
 */
export function secretsOf(authorization: string | undefined): string[] {
  if (authorization === undefined) return [];
  const parameter = authorization.slice(authorization.indexOf(' ') + 1);
  const secrets = [authorization, parameter];
  if (/^basic /i.test(authorization)) {
    const pair = Buffer.from(parameter, 'base64').toString('utf8');
    secrets.push(pair, pair.slice(pair.indexOf(':') + 1));
  }
  return secrets;
}

/** The URL without its userinfo (`wss://user:password@host` → `wss://host`), otherwise unchanged. */
export function withoutUserinfo(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1');
}
