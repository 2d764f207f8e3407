import { type Segment, segmentsOf } from './segments.ts';
import { EXCEPTIONS, WORDS } from './words.ts';

export interface WordFound {
  /** Where it begins in the text. */
  readonly index: number;
  readonly word: string;
  readonly use: string;
}

/** What a blank of a phrase matches: blanks, line ends with the mark of a comment, hyphens, underscores or nothing. */
const GAP = '[\\s*/>_-]*';

const compiled = WORDS.map((word) => ({ ...word, pattern: compile(word.find) }));
const exceptions = EXCEPTIONS.map(compile);

/**
 * Finds the words in a TypeScript source: in names, strings and comments.
 * @param phrases more phrases in which the words are allowed, beside `EXCEPTIONS`
 */
export function wordsOfSource(source: string, phrases: readonly string[] = []): WordFound[] {
  return wordsOf(source, segmentsOf(source), phrases);
}

/** Finds the words in prose, such as Markdown. */
export function wordsOfProse(text: string, phrases: readonly string[] = []): WordFound[] {
  return wordsOf(text, [{ kind: 'comment', start: 0, end: text.length, text }], phrases);
}

function wordsOf(text: string, segments: readonly Segment[], phrases: readonly string[]): WordFound[] {
  const allowed = [...exceptions, ...phrases.map(compile)].flatMap((pattern) => matchesOf(text, pattern));
  return compiled
    .flatMap(({ pattern, use, only }) =>
      matchesOf(text, pattern)
        .filter(({ start, end }) => !allowed.some((phrase) => phrase.start <= start && end <= phrase.end))
        .filter((match) => only === undefined || isNameAt(text, match, segments))
        .filter(({ start, end }) => only !== 'type' || isTypeName(identifierAt(text, start, end), text[start] ?? ''))
        .map(({ start, end }) => ({ index: start, word: text.slice(start, end).replace(/\s+/g, ' '), use })),
    )
    .sort((one, other) => one.index - other.index);
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function matchesOf(text: string, pattern: RegExp): Range[] {
  return [...text.matchAll(pattern)]
    .map((match) => ({ start: match.index, end: match.index + match[0].length }))
    .filter(({ start, end }) => isEdge(text, start) && isEdge(text, end));
}

/** Whether a word or a part of a camelCase name begins or ends at the index. */
function isEdge(text: string, index: number): boolean {
  const [before = ' ', after = ' '] = [text[index - 1], text[index]];
  if (!/\p{L}/u.test(before) || !/\p{L}/u.test(after)) return true;
  return /\p{Ll}/u.test(before) && /\p{Lu}/u.test(after);
}

function isNameAt(text: string, { start, end }: Range, segments: readonly Segment[]): boolean {
  const segment = segments.find((one) => one.start <= start && start < one.end);
  if (segment?.kind === 'code') return true;
  if (segment?.kind === 'string') return segment.start === start - 1 && segment.end === end + 1;
  const identifier = identifierAt(text, start, end);
  return identifier.length > end - start || (text[start - 1] === '`' && text[end] === '`');
}

function identifierAt(text: string, start: number, end: number): string {
  const before = /[\w$]*$/.exec(text.slice(Math.max(0, start - 100), start))?.[0] ?? '';
  const after = /^[\w$]*/.exec(text.slice(end, end + 100))?.[0] ?? '';
  return before + text.slice(start, end) + after;
}

/** Whether the identifier is written as types are, and the part that was found with a capital. */
function isTypeName(identifier: string, first: string): boolean {
  return /^[A-Z]/.test(identifier) && /[a-z]/.test(identifier) && /[A-Z]/.test(first);
}

function compile(phrase: string): RegExp {
  return new RegExp(phrase.replaceAll(' ', GAP), 'gi');
}
