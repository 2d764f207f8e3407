import { wordsOfProse, wordsOfSource } from './find-words.ts';
import { type Paragraph, proseOfComments, proseOfMarkdown } from './prose.ts';
import { sentencesOf } from './sentences.ts';
import { EXCEPTIONS_OF_FILES } from './words.ts';

/** `word`: one that the project does not use. `citation`: of a text that is not in the project. */
export const RULES = ['line', 'sentence', 'word', 'citation'] as const;
export type Rule = (typeof RULES)[number];

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly rule: Rule;
  readonly message: string;
}

type Found = Omit<Finding, 'file'>;

/** Most characters of a line and most words of a sentence. */
const LONGEST_LINE = 120;
const LONGEST_SENTENCE = 25;

/** The list of words and its test hold what they look for. */
const HOLDS_THE_WORDS: readonly string[] = ['scripts/text/words.ts', 'test/scripts/check-text.test.ts'];

const CITATIONS: readonly { readonly pattern: RegExp; readonly message: string }[] = [
  { pattern: /\.\.\/shared\b/g, message: 'Cites a folder beside the project; cite a page of docs/.' },
  { pattern: /(?<!docs\/)\bharper\.md\b/g, message: "Say 'docs/harper.md'." },
];

/**
 * Checks a text file of the project.
 * @param file its path from the root of the project, with slashes; what is no source or style sheet is read as Markdown
 * @param text its content
 * @returns what was found, by line
 */
export function checkText(file: string, text: string): Finding[] {
  const isSource = /\.(?:tsx?|m?js|css)$/.test(file);
  const current = file === 'CHANGELOG.md' ? withoutReleases(text) : text;
  const found = [
    ...longLines(current),
    ...longSentences(isSource ? proseOfComments(current) : proseOfMarkdown(current)),
    ...(HOLDS_THE_WORDS.includes(file) ? [] : [...foreignWords(file, current, isSource), ...citations(file, current)]),
  ];
  return found.map((one) => ({ file, ...one })).sort((one, other) => one.line - other.line);
}

/** What stands above the first heading of a release. */
function withoutReleases(changelog: string): string {
  return changelog.split(/^## \[?\d/m)[0] ?? '';
}

function longLines(text: string): Found[] {
  return text.split('\n').flatMap((line, index) => {
    const length = [...line].length;
    if (length <= LONGEST_LINE || /^\s*(?:\*\s*)?\|/.test(line) || /\b(?:https?|wss?):\/\//.test(line)) return [];
    return { line: index + 1, rule: 'line', message: `Line of ${length} characters; at most ${LONGEST_LINE}.` };
  });
}

function longSentences(paragraphs: readonly Paragraph[]): Found[] {
  return paragraphs
    .flatMap(sentencesOf)
    .filter(({ words }) => words > LONGEST_SENTENCE)
    .map(({ line, words, text }) => ({
      line,
      rule: 'sentence',
      message: `Sentence of ${words} words, at most ${LONGEST_SENTENCE}: "${text.split(' ').slice(0, 8).join(' ')} …"`,
    }));
}

function foreignWords(file: string, text: string, isSource: boolean): Found[] {
  const inPath = wordsOfProse(file).map(({ word, use }) => ({
    line: 1,
    rule: 'word' as const,
    message: `Path says '${word}'; say ${use}.`,
  }));
  const phrases = EXCEPTIONS_OF_FILES.get(file);
  const words = isSource ? wordsOfSource(text, phrases) : wordsOfProse(text, phrases);
  const inText = words.map(({ index, word, use }) => ({
    line: lineAt(text, index),
    rule: 'word' as const,
    message: `'${word}'; say ${use}.`,
  }));
  return [...inPath, ...inText];
}

/** Between pages of docs/ a link needs no folder. */
function citations(file: string, text: string): Found[] {
  const inDocs = file.startsWith('docs/');
  return CITATIONS.flatMap(({ pattern, message }) =>
    [...text.matchAll(pattern)]
      .filter(({ index }) => !(inDocs && text[index - 1] === '('))
      .map(({ index }) => ({ line: lineAt(text, index), rule: 'citation' as const, message })),
  );
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
