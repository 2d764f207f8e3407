import { type DocumentNode, visit } from 'graphql';
import { masked } from './compare.ts';
import type { Difference } from './run.ts';

/** Names that every object has. */
const INHERITED = /\$(constructor|toString|hasOwnProperty|valueOf)\b/;

/** Names the kind of fault that a difference shows, by its smallest case; a guess that sorts many differences. */
export function classOf(difference: Difference): string {
  const { actual, expected, case: made } = difference;
  const { document, requests, text } = made;
  if (actual.startsWith('failed: ')) return 'no answer';
  if (actual.includes('"errors":[]')) return 'an empty list of errors beside data';
  if (/\$__proto__\b/.test(text)) return 'a variable called __proto__';
  if (INHERITED.test(text)) return 'a variable called as something that objects inherit';
  if (requests.length > 1)
    return new Set(requests.map(({ operationName }) => operationName)).size > 1
      ? 'an operation after another one of its document'
      : 'other variables after some';
  if (/\b__proto__\s*:/.test(text)) return 'an alias called __proto__';
  const isReordered = expected.text !== undefined && sorted(expected.text) === sorted(masked(actual));
  if (isReordered) return 'the order of fields';
  if (hasRepeatedSpread(document)) return 'a fragment that is spread several times, with a directive';
  if (difference.what === 'other bytes' && text.includes('@')) return 'fields that are merged, with a directive';
  return difference.what;
}

/** Whether a fragment is spread several times, and once of them with a directive. */
function hasRepeatedSpread(document: DocumentNode): boolean {
  const counts = new Map<string, { spreads: number; directives: number }>();
  visit(document, {
    FragmentSpread({ name, directives = [] }) {
      const { spreads, directives: before } = counts.get(name.value) ?? { spreads: 0, directives: 0 };
      counts.set(name.value, { spreads: spreads + 1, directives: before + directives.length });
    },
  });
  return [...counts.values()].some(({ spreads, directives }) => spreads > 1 && directives > 0);
}

/** A result as text with all keys in order of their names; undefined where it is no JSON. */
function sorted(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text), (_, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value,
    );
  } catch {
    return undefined;
  }
}

/**
 * A difference as text: how it is had again, the case, and both answers.
 * @param options what the generator was told beside the seed, as the script takes it
 */
export function described(difference: Difference, options = ''): string {
  const { case: made, request, use, transport, what, expected, actual } = difference;
  return [
    `${classOf(difference)}: ${what}, by ${transport}, use ${use} of request ${request + 1}`,
    `  again     npm run differential -- --seed ${made.seed} --from ${made.index} --documents 1${options}`,
    `  document  ${made.text.replaceAll('\n', '\n            ')}`,
    ...made.requests.map((each) => `  request   ${JSON.stringify(each)}`),
    `  expected  ${short(expected.text ?? JSON.stringify(expected))}`,
    `  actual    ${short(actual)}`,
  ].join('\n');
}

function short(text: string): string {
  return text.length > 1000 ? `${text.slice(0, 1000)}… (${text.length} characters)` : text;
}
