import { type DocumentNode, Kind, type OperationDefinitionNode, visit } from 'graphql';

/** Arguments that say where a stream begins. They bear on which events a subscriber gets, never on what is in one. */
const BEGINNINGS = new Set(['after', 'snapshot']);

/**
 * Names the subscribers that get equal payloads: those with the same document, operation and variables, not counting
 * variables that are used for nothing but where the stream begins. Else everyone who comes back with a cursor would be a
 * group of one.
 * @param documentId names the document
 */
export function groupOf(
  documentId: number,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): string {
  const uses = new Map<string, { beginning: number; all: number }>();
  const count = (name: string, beginning: boolean) => {
    const use = uses.get(name) ?? { beginning: 0, all: 0 };
    uses.set(name, { beginning: use.beginning + Number(beginning), all: use.all + 1 });
  };
  const roots = new Set(operation.selectionSet.selections);
  // The whole document: fragments use variables too.
  visit(document, {
    VariableDefinition: () => false,
    OperationDefinition: (node) => (node === operation ? undefined : false),
    Variable(node, _, parent, __, ancestors) {
      const argument = parent as { kind?: string; name?: { value: string } } | undefined;
      const isBeginning = argument?.kind === Kind.ARGUMENT && BEGINNINGS.has(argument.name?.value ?? '');
      count(node.name.value, isBeginning && roots.has(ancestors.at(-2) as never));
    },
  });
  const relevant = Object.entries(variables)
    .filter(([name]) => {
      const use = uses.get(name);
      return use !== undefined && use.beginning < use.all;
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([documentId, operation.name?.value ?? null, relevant]);
}
