import { Kind, visit } from 'graphql';
import type { Operation } from './operation.ts';

/** Arguments that say where a stream begins. They bear on which events a subscriber gets, never on what is in one. */
const START_ARGUMENTS = new Set(['after', 'snapshot']);

/**
 * Names the subscribers that get equal payloads: those with the same operation and variables. Variables that only say
 * where the stream begins do not count; else everybody who comes back with a cursor would be a group of one.
 */
export function groupOf(
  operation: Pick<Operation, 'id' | 'document' | 'definition'>,
  variables: Readonly<Record<string, unknown>>,
): string {
  const names = payloadVariables(operation);
  const relevant = Object.entries(variables)
    .filter(([name]) => names.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([operation.id, relevant]);
}

/** The variables that are used for anything but where the stream begins. */
function payloadVariables({ document, definition }: Pick<Operation, 'document' | 'definition'>): ReadonlySet<string> {
  const names = new Set<string>();
  const roots = new Set<unknown>(definition.selectionSet.selections);
  // The whole document, because fragments use variables too.
  visit(document, {
    VariableDefinition: () => false,
    OperationDefinition: (node) => (node === definition ? undefined : false),
    Variable(node, _, parent, __, ancestors) {
      const argument = parent as { kind?: string; name?: { value: string } } | undefined;
      const isStart = argument?.kind === Kind.ARGUMENT && START_ARGUMENTS.has(argument.name?.value ?? '');
      if (!(isStart && roots.has(ancestors.at(-2)))) names.add(node.name.value);
    },
  });
  return names;
}
