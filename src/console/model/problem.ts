import type { Ends } from './cluster.ts';
import type { Sentence } from './sentence.ts';
import { severity, type Tone } from './words.ts';

/** Something that an operator should know, with why and what to do. */
export interface Problem {
  /** The same as long as it is the same problem. */
  readonly key: string;
  readonly tone: Tone;
  readonly title: Sentence;
  /** Why, in sentences of the gateway or of Harper. */
  readonly reasons: readonly string[];
  /** What can be done about it; undefined where nobody knows. */
  readonly remedy: string | undefined;
  /** At least since when; undefined where nobody has watched. */
  readonly since: number | undefined;
  /** The nodes whose pages tell more. */
  readonly nodes: readonly string[];
  /** The pairs of nodes whose pages tell more. */
  readonly pairs: readonly Ends[];
}

/** Worst first; those that are as bad as each other stay in their order, which is that of the gateway. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((one, other) => severity(one.tone) - severity(other.tone));
}

/** Sentences without doubles, in the order of their first. */
export function distinct(sentences: readonly (string | null | undefined)[]): string[] {
  return [...new Set(sentences.filter((text) => typeof text === 'string' && text !== ''))] as string[];
}
