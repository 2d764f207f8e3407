import {
  type ASTNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionSetNode,
  validate,
  visit,
} from 'graphql';
import { schema } from './adapter.ts';
import type { Case, Request } from './documents.ts';
import { check, type Difference } from './run.ts';
import type { DifferentialStack } from './stack.ts';

/** Smaller cases that are tried for one difference. */
const MOST_ATTEMPTS = 400;

/**
 * Makes a case smaller as long as it goes on failing: requests, operations, selections, directives, arguments and
 * aliases are left out one by one. Each attempt is a document that the gateway has not seen yet, because what goes
 * wrong often depends on how often it was used.
 * @returns the difference of the smallest case; the given one where it cannot be had again
 */
export async function shrink(stack: DifferentialStack, difference: Difference): Promise<Difference> {
  let best = difference;
  let attempts = 0;
  const improves = async (document: DocumentNode, requests: readonly Request[]): Promise<boolean> => {
    attempts += 1;
    const { seed, index } = difference.case;
    const text = `# ${seed} ${index} ${attempts}\n${print(document)}`;
    const found = await check(stack, { seed, index, text, document: parse(text), requests });
    if (found === undefined) return false;
    best = found;
    return true;
  };

  const { document, requests } = difference.case;
  const last = requests[difference.request] as Request;
  const shorter = [[last], ...requests.slice(0, difference.request).map((before) => [before, last])];
  for (const few of shorter) if (await improves(document, few)) break;
  let at = 0;
  let hasImproved = false;
  while (attempts < MOST_ATTEMPTS) {
    const candidate = without(best.case.document, at);
    if (candidate === undefined) {
      if (!hasImproved) break;
      at = 0;
      hasImproved = false;
    } else if (isUseful(candidate, best.case) && (await improves(candidate, best.case.requests))) hasImproved = true;
    else at += 1;
  }
  const nameless = best.case.requests.map(({ operationName: _, ...request }): Request => request);
  if (keepsOperations(best.case.document, nameless)) await improves(best.case.document, nameless);
  for (const name of new Set(best.case.requests.flatMap(({ variables }) => Object.keys(variables ?? {}))))
    await improves(
      best.case.document,
      best.case.requests.map((request) => withoutVariable(request, name)),
    );
  return best;
}

/** Whether a document is smaller, valid, and has the operations that are asked for. */
function isUseful(candidate: DocumentNode, { document, requests }: Case): boolean {
  return (
    print(candidate) !== print(document) &&
    keepsOperations(candidate, requests) &&
    validate(schema, candidate).length === 0
  );
}

function withoutVariable({ variables, ...rest }: Request, name: string): Request {
  const kept = Object.entries(variables ?? {}).filter(([other]) => other !== name);
  return kept.length === 0 ? rest : { ...rest, variables: Object.fromEntries(kept) };
}

/** Whether every request still finds its operation. */
function keepsOperations(document: DocumentNode, requests: readonly Request[]): boolean {
  const names = document.definitions.flatMap((each) =>
    each.kind === Kind.OPERATION_DEFINITION ? [each.name?.value] : [],
  );
  return requests.every(({ operationName }) => (operationName ? names.includes(operationName) : names.length === 1));
}

/** The nodes that are left out, one in each attempt. */
const REMOVABLE: ReadonlySet<string> = new Set([
  Kind.OPERATION_DEFINITION,
  Kind.FIELD,
  Kind.FRAGMENT_SPREAD,
  Kind.INLINE_FRAGMENT,
  Kind.DIRECTIVE,
  Kind.ARGUMENT,
]);

/** The document without its removable node or alias of that number; undefined where there are no more. */
function without(document: DocumentNode, number: number): DocumentNode | undefined {
  let count = -1;
  let isFound = false;
  const edited = visit(document, {
    enter(node: ASTNode) {
      if (isFound || !REMOVABLE.has(node.kind)) return undefined;
      count += 1;
      if (count === number) {
        isFound = true;
        return null;
      }
      if (node.kind !== Kind.FIELD || node.alias === undefined) return undefined;
      count += 1;
      if (count !== number) return undefined;
      isFound = true;
      const { alias: _, ...field } = node;
      return field as FieldNode;
    },
    SelectionSet: {
      leave: (node: SelectionSetNode) => (node.selections.length === 0 ? JUST_TYPENAME : undefined),
    },
  }) as DocumentNode;
  return isFound ? tidied(edited) : undefined;
}

const JUST_TYPENAME: SelectionSetNode = {
  kind: Kind.SELECTION_SET,
  selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
};

/** The document without fragments and variables that nothing uses. */
function tidied(document: DocumentNode): DocumentNode {
  const fragments = new Map(
    document.definitions.flatMap((each): [string, FragmentDefinitionNode][] =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each]] : [],
    ),
  );
  const used = new Set<string>();
  const definitions = document.definitions.flatMap((definition): DefinitionNode[] => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    const uses = usesOf(definition, fragments);
    for (const name of uses.fragments) used.add(name);
    const variableDefinitions = definition.variableDefinitions?.filter(({ variable }) =>
      uses.variables.has(variable.name.value),
    );
    return [{ ...definition, variableDefinitions: variableDefinitions ?? [] }];
  });
  const kept = [...fragments].filter(([name]) => used.has(name)).map(([, fragment]) => fragment);
  return { ...document, definitions: [...definitions, ...kept] };
}

/** The fragments and variables that an operation uses, also by way of its fragments. */
function usesOf(operation: OperationDefinitionNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
  const variables = new Set<string>();
  const names = new Set<string>();
  const look = (root: ASTNode): void => {
    visit(root, {
      VariableDefinition: () => false,
      Variable: ({ name }) => void variables.add(name.value),
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (names.has(name.value) || fragment === undefined) return;
        names.add(name.value);
        look(fragment);
      },
    });
  };
  look(operation);
  return { variables, fragments: names };
}
