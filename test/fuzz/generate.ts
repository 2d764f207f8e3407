/** What a fuzzer takes its choices from: numbers from 0 to 1 that are the same for the same seed. */
export type Random = () => number;

/** A whole number below a limit. */
export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[below(random, list.length)] as T;
}

const NASTY_TEXTS = [
  '',
  ' ',
  '\0',
  '"',
  '\\',
  '}',
  '{',
  '💥',
  '\ud800',
  'null',
  '__proto__',
  'constructor',
  'a'.repeat(5000),
  '../..',
  "' OR 1=1",
  '<b>',
  '\r\n\r\n',
  '%00',
  'ws://a:1',
  '-1',
  '1e999',
];
const NASTY_NUMBERS = [0, -0, -1, 1, 2 ** 31, -(2 ** 31), 2 ** 53, 1e308, 0.1, 5e-324];

/** A JSON value of any kind, not too deep. */
export function anyValue(random: Random, depth = 0): unknown {
  const kind = below(random, depth > 3 ? 5 : 7);
  if (kind === 0) return null;
  if (kind === 1) return random() < 0.5;
  if (kind === 2) return pick(random, NASTY_NUMBERS);
  if (kind === 3) return pick(random, NASTY_TEXTS);
  if (kind === 4) return [];
  const items = Array.from({ length: below(random, 4) }, () => anyValue(random, depth + 1));
  return kind === 5 ? items : Object.fromEntries(items.map((item) => [pick(random, KEYS), item]));
}

const KEYS = [
  'hostname',
  'url',
  'input',
  'routes',
  'connections',
  'subscriptions',
  'database',
  'name',
  'error',
  'message',
  '__proto__',
  'type',
  'id',
  'payload',
  'query',
  'variables',
  'x',
];

/** A copy of a value in which a few things are exchanged, dropped or doubled. */
export function mutated(random: Random, value: unknown, rate = 0.15): unknown {
  if (random() < rate / 3) return anyValue(random);
  if (Array.isArray(value)) {
    const items = value.flatMap((item) => {
      const other = mutated(random, item, rate);
      const chance = random();
      return chance < rate / 4 ? [] : chance < rate / 2 ? [other, other] : [other];
    });
    return items;
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(() => random() > rate / 4)
        .map(([key, item]) => [random() < rate / 8 ? pick(random, KEYS) : key, mutated(random, item, rate)]),
    );
  }
  return random() < rate ? anyValue(random) : value;
}

/** The way to a value within another: keys and indexes. */
export type Path = readonly (string | number)[];

/** The ways to all values within a value, itself included. */
export function pathsOf(value: unknown, path: Path = []): Path[] {
  const isObject = typeof value === 'object' && value !== null;
  const entries = Array.isArray(value) ? [...value.entries()] : isObject ? Object.entries(value) : [];
  return [path, ...entries.flatMap(([key, item]) => pathsOf(item, [...path, key]))];
}

/** A copy in which the value at a path is another one, is missing, or is there twice. */
export function exchanged(random: Random, value: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined) return anyValue(random);
  const copy = structuredClone(value) as Record<string | number, unknown>;
  const chance = rest.length === 0 ? random() : 1;
  if (chance < 0.1 && !Array.isArray(copy)) delete copy[key];
  else if (chance < 0.15 && Array.isArray(copy)) copy.push(copy[key]);
  else if (chance < 0.2) copy[key] = JSON.parse(random() < 0.5 ? nestedValue(random, 1000) : longValue(random));
  else copy[key] = exchanged(random, copy[key], rest);
  return copy;
}

/** A text in which pieces are cut out, doubled, exchanged or put in. */
export function mutatedText(random: Random, text: string, pieces: readonly string[]): string {
  let result = text;
  for (let count = 1 + below(random, 4); count > 0; count -= 1) {
    const at = below(random, result.length + 1);
    const to = at + below(random, 12);
    const kind = below(random, 4);
    if (kind === 0) result = result.slice(0, at) + result.slice(to);
    else if (kind === 1) result = result.slice(0, at) + pick(random, pieces) + result.slice(at);
    else if (kind === 2) result = result.slice(0, to) + result.slice(at);
    else result = result.slice(0, at) + String.fromCharCode(below(random, 256)) + result.slice(at + 1);
  }
  return result;
}

export function anyBytes(random: Random, most: number): Buffer {
  return Buffer.from(Array.from({ length: below(random, most) }, () => below(random, 256)));
}

/** JSON of lists and objects in one another, up to far deeper than any parser may recurse. */
export function nestedValue(random: Random, deepest = 12_000): string {
  const depth = Math.min(pick(random, [1, 2, 15, 30, 60, 120, 1000, 12_000]) + below(random, 4), deepest);
  const [open, close] = pick(random, [
    ['[', ']'],
    ['{"a":', '}'],
    ['[{"input":', '}]'],
    ['{"routes":[', ']}'],
  ] as const);
  return open.repeat(depth) + JSON.stringify(anyValue(random)) + close.repeat(depth);
}

/** JSON of a long text, number, list or object: up to some 100 KB. */
export function longValue(random: Random): string {
  const length = pick(random, [200, 300, 1000, 5000, 20_000, 100_000]) + below(random, 4);
  const kind = below(random, 5);
  if (kind === 0) return JSON.stringify(pick(random, ['a', '💥', '\\', '\u0000', 'ws://a:1', '.']).repeat(length / 2));
  if (kind === 1) return '9'.repeat(length);
  if (kind === 2) return `[${'"a",'.repeat(length / 4)}1]`;
  if (kind === 3) return `{${'"a":1,'.repeat(length / 6)}"a":2}`;
  return JSON.stringify(Object.fromEntries(Array.from({ length: length / 10 }, (_, index) => [`a${index}`, index])));
}

const HEADER_VALUES: Readonly<Record<string, readonly string[]>> = {
  accept: ['*/*', 'application/json', 'application/graphql-response+json', 'text/html', 'nonsense', 'constructor', ''],
  'accept-encoding': ['gzip', 'br, *;q=0', 'identity;q=0', ';;;'],
  'content-type': [
    'application/json',
    'Application/JSON ; charset="utf-8"',
    'application/json; charset=latin1',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=a',
    '__proto__',
  ],
  'content-encoding': ['gzip', 'br', 'deflate', 'identity', 'gzip, gzip', 'hasOwnProperty'],
  authorization: ['Basic', 'Bearer a.b.c', 'Digest x', `Basic ${'A'.repeat(3000)}`, 'Basic OjpAOg==', 'bearer  '],
  origin: ['null', 'http://a', 'https://[::1]:1', 'constructor'],
  cookie: ['a=b; __proto__=1'],
  traceparent: ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', '00-0-0-0', 'ff-'.repeat(50)],
  baggage: ['a=b', 'a=%00,b'],
  'x-request-id': ['a', '{"a":1}', 'a'.repeat(2000), '<b>'],
  'x-forwarded-for': ['1.2.3.4:5', '[::1]', 'unknown, a', ','.repeat(100)],
  'x-forwarded-proto': ['https', 'a://b'],
  forwarded: ['for="[2001:db8::1]:1";proto=https', 'for=_a;;', '="'],
  'last-event-id': ['1', 'a:b', '-1'],
  'x-graphql-event-stream-token': ['a', ''],
  'if-none-match': ['*', '"a"'],
  range: ['bytes=0-1', 'bytes=-'],
};
const BYTES_OF_HEADERS = ['\t', ' ', ',', ';', '=', '"', '/', '\u00ff', '\u0080', 'q=0.', '*', '%00', '()'];

/** Some headers with values as they occur, or mutated ones; with the login given unless another takes its place. */
export function anyHeaders(random: Random, authorization: string, most = 4): Record<string, string> {
  const headers: Record<string, string> = { authorization };
  for (let count = below(random, most + 1); count > 0; count -= 1) {
    const name = pick(random, Object.keys(HEADER_VALUES));
    const value = pick(random, HEADER_VALUES[name] ?? []);
    const text = random() < 0.5 ? value : mutatedText(random, value, BYTES_OF_HEADERS);
    // What cannot travel in a header is left out by any client.
    headers[name] = text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '');
  }
  return headers;
}
