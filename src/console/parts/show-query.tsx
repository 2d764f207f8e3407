import { shortened, withoutTurns } from '../format.ts';
import { useApp } from './app-context.ts';

/** What was asked to show something. */
export interface Query {
  readonly document: { toString(): string };
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** Characters of a title, which may be the name of a node. */
const MOST_OF_TITLE = 100;

interface ShowQueryProps {
  readonly asked: Query;
  /** What it shows, for those who do not see where the link stands. */
  readonly of: string;
}

/** Opens the document behind something in GraphiQL, where that is served. It hands over no login. */
export function ShowQuery({ asked, of }: ShowQueryProps) {
  const { options } = useApp();
  if (!options.hasGraphiql) return null;
  return (
    <a class="show-query" href={graphiqlHref(asked)} target="_blank" rel="noopener">
      Show the query
      <span class="hidden"> of {shortened(withoutTurns(of), MOST_OF_TITLE)}, in a new window</span>
    </a>
  );
}

/** The address of GraphiQL with a document in its hash, which no server sees, relative to that of the page. */
export function graphiqlHref({ document, variables }: Query): string {
  const parts = [`query=${encodeURIComponent(withoutIndent(document.toString()))}`];
  if (variables !== undefined) parts.push(`variables=${encodeURIComponent(JSON.stringify(variables))}`);
  return `graphql#${parts.join('&')}`;
}

/** codegen writes a document with four spaces before its first line, and before each fragment. */
function withoutIndent(text: string): string {
  return text.replace(/^ {4}(?=\S)/gm, '').trim();
}
