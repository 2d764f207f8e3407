import { describe, expect, it } from 'vitest';
import { checkText } from '../../scripts/text/check.ts';
import { wordsOfProse, wordsOfSource } from '../../scripts/text/find-words.ts';
import { proseOfComments, proseOfMarkdown } from '../../scripts/text/prose.ts';
import { segmentsOf } from '../../scripts/text/segments.ts';
import { sentencesOf } from '../../scripts/text/sentences.ts';
import { EXCEPTIONS, WORDS } from '../../scripts/text/words.ts';

/** A sentence of so many words, without the mark at its end. */
const wordy = (count: number) => Array.from({ length: count }, (_, index) => `word${index}`).join(' ');

const found = (file: string, text: string) => checkText(file, text).map(({ line, rule }) => `${line} ${rule}`);

const texts = (paragraphs: ReturnType<typeof proseOfMarkdown>) =>
  paragraphs.map((lines) => lines.map(({ line, text }) => `${line}: ${text.trim()}`));

describe('segmentsOf', () => {
  const comments = (source: string) =>
    segmentsOf(source).flatMap(({ kind, text }) => (kind === 'comment' ? [text] : []));

  it.each([
    ['a single-quoted string', String.raw`const a = '// no \' // no'; // yes`],
    ['a double-quoted string', `const a = "it's /* no */"; // yes`],
    ['a template literal', `const a = \`// no \${b} // no\`; // yes`],
    ['a template literal in a template literal', `const a = \`\${b ? \`// no \${{ c: 1 }}\` : "}"} // no\`; // yes`],
    ['a regular expression', `const a = /[/*]\\/\\/['"\`]/g; // yes`],
    ['a regular expression after return', 'return /"/.test(a); // yes'],
    ['a regular expression after a comment', '[/* yes */ /[//]/] // yes'],
  ])('finds no comment in %s', (_, source) => {
    expect(new Set(comments(source).map((text) => text.replace(/\W/g, '')))).toEqual(new Set(['yes']));
  });

  it('takes a slash after a value for a division', () => {
    expect(comments('const a = b / c; // one / two\nconst d = (e) / f; // three')).toEqual([
      '// one / two',
      '// three',
    ]);
  });

  it('finds comments in the values of a template literal', () => {
    expect(comments(`const a = \`\${b /* yes */}\`;`)).toEqual(['/* yes */']);
  });

  it('leaves nothing out and ends where the source does', () => {
    const unfinished = ['a /* never closed', 'const a = `${', "const a = 'open", '/open', ''];
    for (const source of [...unfinished, `\`\${\`\${1}\`}\``]) {
      const parts = segmentsOf(source).map(({ text }) => text);
      expect(parts.join('')).toBe(source);
    }
  });
});

describe('proseOfComments', () => {
  it('joins line comments of consecutive lines, and no others', () => {
    const source = 'a(); // trailing\n// One\n// text.\n\n// Another.\nb();\n// Third.';
    expect(texts(proseOfComments(source))).toEqual([
      ['1: trailing'],
      ['2: One', '3: text.'],
      ['5: Another.'],
      ['7: Third.'],
    ]);
  });

  it('reads paragraphs, list items and tags of a doc comment apart', () => {
    const source = [
      '/**',
      ' * First',
      ' * paragraph.',
      ' *',
      ' * - an item',
      ' *   of two lines',
      ' * - another',
      ' * @param name what it is for',
      ' * @returns {string} a text',
      ' * @example',
      ' * call();',
      ' */',
    ].join('\n');
    expect(texts(proseOfComments(source))).toEqual([
      ['2: First', '3: paragraph.'],
      ['5: an item', '6: of two lines'],
      ['7: another'],
      ['8: what it is for'],
      ['9: a text'],
    ]);
  });

  it('leaves out tables and code in comments', () => {
    const source = '/*\n * Text:\n * | a | b |\n * ```\n * code\n * ```\n *\n *     code\n */';
    expect(texts(proseOfComments(source))).toEqual([['2: Text:']]);
  });
});

describe('proseOfMarkdown', () => {
  it('reads paragraphs, quotations and list items, but no headings, tables, code or remarks', () => {
    const text = [
      '# Heading',
      'Text',
      'goes on.',
      '| a | b |',
      '```sh',
      'code',
      '```',
      '> Quoted.',
      '',
      '<!-- a',
      'remark -->',
      '1. first',
      '   goes on',
      '* second',
    ].join('\n');
    expect(texts(proseOfMarkdown(text))).toEqual([
      ['2: Text', '3: goes on.'],
      ['8: Quoted.'],
      ['12: first', '13: goes on'],
      ['14: second'],
    ]);
  });
});

describe('sentencesOf', () => {
  const words = (text: string) => sentencesOf([{ line: 1, text }]).map((sentence) => sentence.words);

  it('ends a sentence at a point, a question, an exclamation and a semicolon', () => {
    expect(words('One two. One? One two three! One; one two')).toEqual([2, 1, 3, 1, 2]);
  });

  it('ends a sentence at a colon before code, and at no other', () => {
    expect(words('Write this: `a b c` and that. Note: one two.')).toEqual([2, 3, 3]);
  });

  it('ends none inside a number, a file name, an abbreviation or code', () => {
    expect(words('Since 4.7 gateway.ts reads e.g. `a. b; c` twice')).toEqual([7]);
  });

  it('counts code, links and hyphens as one word, and marks as none', () => {
    expect(words('Read `two words`, {@link One two} – [the page](docs/some page.md) → ready-made')).toEqual([6]);
  });

  it('tells the line on which a sentence begins', () => {
    const lines = ['One.', 'Two goes', 'on. Three.'].map((text, index) => ({ line: index + 5, text }));
    expect(sentencesOf(lines).map(({ line, text }) => [line, text])).toEqual([
      [5, 'One.'],
      [6, 'Two goes on.'],
      [7, 'Three.'],
    ]);
  });
});

describe('the words that are not used', () => {
  const inSource = (source: string) => wordsOfSource(source).map(({ word }) => word);
  const inProse = (text: string) => wordsOfProse(text).map(({ word }) => word);

  it('are found as parts of names, in strings and in comments', () => {
    expect(inSource(`const sharedFlight = MAX_SEATS; // a verdict\nit('judges it')`)).toEqual([
      'Flight',
      'SEATS',
      'verdict',
      'judges',
    ]);
  });

  it('are found in phrases that a line end divides', () => {
    expect(inSource('// by the short\n// way; const stockRoad')).toEqual(['short // way', 'stockRoad']);
  });

  it('are not found inside other words or in terms of the field', () => {
    expect(inSource('install(boolean, clean, highland, island); // in-flight single-flight')).toEqual([]);
    expect(inSource('new InFlight(singleFlight, preflight, { landingPage: false })')).toEqual([]);
    expect(inProse('Requests in\nflight end. They give up, and nobody waits.')).toEqual([]);
  });

  it('may be limited to names', () => {
    expect(inSource(`const RIGHTS = { nobody: [] }; // nobody waits\nask('nobody', 'as nobody')`)).toEqual([
      'nobody',
      'nobody',
    ]);
    expect(inProse('As `nobody` or as nobody')).toEqual(['nobody']);
  });

  it('may be limited to parts of the names of types', () => {
    expect(inSource('interface GatewayTools { tools: SubscriptionTools } // Tools of all')).toEqual(['Tools', 'Tools']);
  });

  it('are not found where they are names of the schema, or plain verbs', () => {
    expect(inSource('outcomeOf({ outcome, outcomeUnknown, isLate }); type StatusOutcome')).toEqual([
      'outcomeOf',
      'Outcome',
    ]);
    expect(inSource('// It may leave, reading late.')).toEqual([]);
    expect(inSource('const late = takeReading(leave);')).toEqual(['late', 'Reading', 'leave']);
  });

  it('each have a replacement that is itself in order', () => {
    for (const { use } of WORDS) expect(inProse(use)).toEqual([]);
    for (const phrase of EXCEPTIONS) expect(inProse(phrase.replaceAll('?', ''))).toEqual([]);
  });
});

describe('checkText', () => {
  it('finds lines over 120 characters, tables and addresses apart', () => {
    const long = 'x'.repeat(121);
    const text = ['x'.repeat(120), long, `| ${long} |`, `see https://example.org/${long}`, '–'.repeat(120)].join('\n');
    expect(found('docs/a.md', text)).toEqual(['2 line']);
    expect(found('src/a.ts', `const a = '${long}';`)).toEqual(['1 line']);
  });

  it('finds sentences over 25 words in comments and in Markdown, and leaves code alone', () => {
    const [fits, over] = [wordy(25), wordy(26)].map((text) => text.replace(/(.{60,}?) /g, '$1\n'));
    expect(found('docs/a.md', `${fits}.\n\n${over}.`)).toEqual(['5 sentence']);
    expect(found('src/a.ts', `/* ${over}. */`)).toEqual(['1 sentence']);
    expect(found('src/a.ts', `const a = \`${over}\`;`)).toEqual([]);
  });

  it('says how long a sentence is and how it begins', () => {
    const [finding] = checkText('a.md', `First. ${wordy(13)}\n${wordy(14)}`);
    expect(finding).toEqual({
      file: 'a.md',
      line: 1,
      rule: 'sentence',
      message: 'Sentence of 27 words, at most 25: "word0 word1 word2 word3 word4 word5 word6 word7 …"',
    });
  });

  it('finds words with what to say instead, in paths too', () => {
    expect(checkText('src/lean/a.ts', 'x;\nroster();').map(({ line, message }) => `${line} ${message}`)).toEqual([
      "1 Path says 'lean'; say fast path.",
      "2 'roster'; say keyed pool.",
    ]);
  });

  it('finds words in scripts and style sheets', () => {
    expect(found('scripts/a.js', 'const roster = 1;')).toEqual(['1 word']);
    expect(found('src/a.css', '.roster {\n  margin: 0;\n}')).toEqual(['1 word']);
  });

  it('allows the former name of a setting only in the files that need it', () => {
    const text = `const former = 'LEAN_PATH';`;
    expect(found('src/config/unknown-settings.ts', text)).toEqual([]);
    expect(found('src/config/unknown-settings.ts', 'const lean = true;')).toEqual(['1 word']);
    expect(found('src/config/settings.ts', text)).toEqual(['1 word']);
  });

  it('finds citations of what is not in the project', () => {
    const beside = ['..', 'shared', 'notes'].join('/');
    expect(found('src/a.ts', `// As harper.md says.\n// As docs/harper.md says.\n// ${beside}`)).toEqual([
      '1 citation',
      '3 citation',
    ]);
    expect(found('docs/a.md', 'See [it](harper.md).')).toEqual([]);
  });

  it('leaves releases of the changelog as they were written', () => {
    const text = `# Changelog\n\n## Unreleased\n\n- a roster\n\n## 0.1.0\n\n- a cohort\n`;
    expect(found('CHANGELOG.md', text)).toEqual(['5 word']);
  });
});
