/** A part of a TypeScript source: `text` is `source.slice(start, end)`, delimiters of comments and strings included. */
export interface Segment {
  readonly kind: 'code' | 'comment' | 'string' | 'regex';
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Keywords after which a slash begins a regular expression; after any other word it divides. */
const BEFORE_REGEX = /(?:^|[^\w$.])(?:return|typeof|case|in|of|do|else|void|delete|throw|new|await|yield|instanceof)$/;

/** Each starts at the position given and matches nothing that the next line could end differently. */
const TOKENS = {
  comment: /\/\/.*|\/\*[\s\S]*?(?:\*\/|$)|^#!.*/y,
  string: /'(?:[^'\\\n]|\\[\s\S])*'?|"(?:[^"\\\n]|\\[\s\S])*"?/y,
  regex: /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y,
};

/**
 * Splits TypeScript into comments, strings, regular expressions and the code between them, in order and without gaps.
 * A template literal gives one string segment for each of its fixed parts. What is not valid TypeScript gives some
 * split, never an error. JSX is not known.
 */
export function segmentsOf(source: string): Segment[] {
  const segments: Segment[] = [];
  /** One number for each open `${`: the braces that are open inside it. */
  const templates: number[] = [];
  let at = 0;
  let codeStart = 0;

  function add(kind: Segment['kind'], end: number): void {
    if (codeStart < at) segments.push({ kind: 'code', start: codeStart, end: at, text: source.slice(codeStart, at) });
    segments.push({ kind, start: at, end, text: source.slice(at, end) });
    at = end;
    codeStart = end;
  }

  function addTemplatePart(): void {
    let end = at + 1;
    while (end < source.length && source[end] !== '`' && !source.startsWith('${', end)) {
      end += source[end] === '\\' ? 2 : 1;
    }
    const holds = source.startsWith('${', end);
    if (holds) templates.push(0);
    add('string', Math.min(end + (holds ? 2 : 1), source.length));
  }

  /** The code before the current position, back to its last string or regular expression, without comments. */
  function codeBefore(): string {
    const pending = source.slice(codeStart, at);
    return pending.trim() === '' ? (segments.findLast(isNoComment)?.text ?? '') : pending;
  }

  while (at < source.length) {
    const token = tokenAt(source, at, codeBefore);
    const depth = templates.at(-1);
    const char = source[at];
    if (token !== undefined) add(token.kind, token.end);
    else if (char === '`') addTemplatePart();
    else if (char === '}' && depth === 0) {
      templates.pop();
      addTemplatePart();
    } else {
      if (depth !== undefined && char === '{') templates.splice(-1, 1, depth + 1);
      if (depth !== undefined && char === '}') templates.splice(-1, 1, depth - 1);
      at += 1;
    }
  }
  if (codeStart < at) segments.push({ kind: 'code', start: codeStart, end: at, text: source.slice(codeStart) });
  return segments;
}

/** The comment, string or regular expression that begins at `at`, and where it ends. */
function tokenAt(source: string, at: number, codeBefore: () => string): Pick<Segment, 'kind' | 'end'> | undefined {
  for (const kind of ['comment', 'string', 'regex'] as const) {
    TOKENS[kind].lastIndex = at;
    const [token] = TOKENS[kind].exec(source) ?? [];
    if (token && (kind !== 'regex' || mayBeginRegex(codeBefore()))) return { kind, end: at + token.length };
  }
  return undefined;
}

function isNoComment(segment: Segment): boolean {
  return segment.kind !== 'comment' && segment.text.trim() !== '';
}

/** Whether a slash after this code begins a regular expression. After `)` and `]` it is taken for a division. */
function mayBeginRegex(before: string): boolean {
  const code = before.trimEnd();
  return code === '' || /[=(,:[!&|?{};+\-*%~^<>]$/.test(code) || BEFORE_REGEX.test(code);
}
