import type { Paragraph } from './prose.ts';

export interface Sentence {
  /** Line of its first word. */
  readonly line: number;
  readonly text: string;
  readonly words: number;
}

/** Where a sentence ends: at a mark that blanks, the end, or closing brackets and quotes follow. */
const END = /[.!?;](?=["'”’)\]*_]*(?:\s|$))|:(?=\s+`)/g;
/** Abbreviations whose point ends no sentence. */
const ABBREVIATION = /(?:^|[\s(])(?:e\.g|i\.e|cf|vs|approx)\.$/;

/**
 * The sentences of a paragraph. Code between backticks and a `{@link …}` are one word each; addresses of links do not
 * count, and neither do marks without a letter or digit.
 */
export function sentencesOf(paragraph: Paragraph): Sentence[] {
  const text = paragraph.map((line) => line.text).join('\n');
  const masked = mask(text);
  const sentences: Sentence[] = [];
  let start = 0;
  for (const end of endsOf(text, masked)) {
    const words = masked.slice(start, end).split(/\s+/).filter(isWord).length;
    const first = start + Math.max(0, masked.slice(start, end).search(/\S/));
    const above = text.slice(0, first).split('\n').length - 1;
    if (words > 0) {
      const written = text
        .slice(first, end)
        .replace(/\s+/g, ' ')
        .replace(/^[*_)\]"”’ ]+/, '')
        .trim();
      sentences.push({ line: paragraph[above]?.line ?? 0, text: written, words });
    }
    start = end;
  }
  return sentences;
}

/** The text in equal length, in which code is one word and addresses of links are blank. */
function mask(text: string): string {
  return text
    .replace(/(`+)[\s\S]+?\1/g, (code) => `\`${'x'.repeat(code.length - 2)}\``)
    .replace(/\{@link[^}]*\}/g, (link) => 'x'.repeat(link.length))
    .replace(/\]\([^)]*\)/g, (address) => `]${' '.repeat(address.length - 1)}`);
}

function endsOf(text: string, masked: string): number[] {
  const ends = [...masked.matchAll(END)]
    .map((match) => match.index + 1)
    .filter((end) => !ABBREVIATION.test(text.slice(Math.max(0, end - 10), end)));
  return [...ends, text.length];
}

function isWord(token: string): boolean {
  return /[\p{L}\p{N}]/u.test(token);
}
