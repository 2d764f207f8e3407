import { type Segment, segmentsOf } from './segments.ts';

/** A line of prose without the mark of its comment, list or quotation; `line` counts from 1. */
export interface ProseLine {
  readonly line: number;
  readonly text: string;
}

/** A paragraph, a list item or the text of a doc tag. */
export type Paragraph = readonly ProseLine[];

const FENCE = /^\s*(?:```|~~~)/;
/** Headings, tables, rules and link targets: no sentences. */
const NO_PROSE = /^\s*(?:#{1,6}\s|\||(?:-{3,}|={3,})\s*$|\[[^\]]+\]:)/;
const LIST_ITEM = /^\s*(?:[-*+•]|\d+[.)])\s+(.*)/;
/** A tag of a doc comment with its type and the name it is about, and the text that follows. */
const DOC_TAG = /^\s*@(\w+)\s*(?:\{[^}]*\}\s*)?(.*)/;

/** The prose of all comments of a TypeScript source. Line comments on consecutive lines are one text. */
export function proseOfComments(source: string): Paragraph[] {
  return commentTexts(source).flatMap(paragraphsOf);
}

/** The prose of a Markdown text: paragraphs and list items. */
export function proseOfMarkdown(text: string): Paragraph[] {
  const visible = text.replace(/<!--[\s\S]*?-->/g, (comment) => comment.replace(/.+/g, ''));
  const lines = visible.split('\n');
  return paragraphsOf(lines.map((line, index) => ({ line: index + 1, text: line.replace(/^\s*>\s?/, '') })));
}

/** The lines of each comment, without the marks of the comment. */
function commentTexts(source: string): ProseLine[][] {
  const texts: ProseLine[][] = [];
  let previous: { readonly segment: Segment; readonly line: number } | undefined;
  let line = 1;
  let counted = 0;
  for (const segment of segmentsOf(source)) {
    if (segment.kind !== 'comment') continue;
    line += source.slice(counted, segment.start).split('\n').length - 1;
    counted = segment.start;
    const lines = segment.text.split('\n').map((text, index) => ({ line: line + index, text: withoutMarks(text) }));
    const continues =
      previous !== undefined &&
      line === previous.line + 1 &&
      standsAlone(source, segment) &&
      standsAlone(source, previous.segment);
    if (continues) texts.at(-1)?.push(...lines);
    else texts.push(lines);
    previous = { segment, line };
  }
  return texts;
}

/** Whether this is a line comment with nothing before it on its line. */
function standsAlone(source: string, { start, text }: Segment): boolean {
  return text.startsWith('//') && source.slice(source.lastIndexOf('\n', start - 1) + 1, start).trim() === '';
}

function withoutMarks(line: string): string {
  return line
    .replace(/\*\/\s*$/, '')
    .replace(/^\s*(?:\/\*+|\/{2,}|\*(?!\*))/, '')
    .replace(/^ /, '');
}

/** Splits lines into paragraphs. Leaves out code, tables, headings and the examples of doc comments. */
function paragraphsOf(lines: readonly ProseLine[]): Paragraph[] {
  const paragraphs: ProseLine[][] = [];
  let open: ProseLine[] | undefined;
  let code: 'fence' | 'example' | undefined;
  let inList = false;
  let afterBlank = true;

  function begin(line: number, text: string): void {
    open = [{ line, text }];
    paragraphs.push(open);
  }

  for (const { line, text } of lines) {
    const item = LIST_ITEM.exec(text)?.[1];
    const [, tag, tagText = ''] = DOC_TAG.exec(text) ?? [];
    if (FENCE.test(text)) {
      code = code === 'fence' ? undefined : 'fence';
      open = undefined;
    } else if (code === 'fence' || (code === 'example' && tag === undefined)) open = undefined;
    else if (text.trim() === '' || NO_PROSE.test(text)) open = undefined;
    else if (tag !== undefined) {
      code = tag === 'example' ? 'example' : undefined;
      open = undefined;
      if (code === undefined) begin(line, tag === 'param' ? tagText.replace(/^\S+/, '') : tagText);
    } else if (item !== undefined) {
      inList = true;
      begin(line, item);
    } else if (afterBlank && !inList && /^ {4,}/.test(text)) open = undefined;
    else if (open !== undefined) open.push({ line, text });
    else {
      inList &&= /^\s/.test(text);
      begin(line, text);
    }
    afterBlank = text.trim() === '';
  }
  return paragraphs;
}
