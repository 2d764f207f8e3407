/** What a fuzzer takes its choices from: numbers from 0 to 1 that are the same for the same seed. */
export type Random = () => number;

/** A whole number below a bound. */
export function below(random: Random, bound: number): number {
  return Math.floor(random() * bound);
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
