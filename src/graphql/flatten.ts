import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';
import { fragmentsOf, type Operation } from './operation.ts';

/**
 * A document that holds a copy of one operation. Every fragment is put in where it is spread, and fields of the same
 * response key are merged. What is left of GraphQL is what graphql-jit compiles correctly.
 * @returns undefined where that cannot be done statically. Reasons are directives, abstract types, a response key that
 * plain objects have, or a variable that must not be null and has a default
 */
export function flattened(schema: GraphQLSchema, { document, definition }: Operation): DocumentNode | undefined {
  const root = schema.getRootType(definition.operation);
  if (!root || definition.directives?.length) return undefined;
  for (const { type, defaultValue, variable } of definition.variableDefinitions ?? []) {
    if (defaultValue !== undefined && isNonNullType(typeFromAST(schema, type as never))) return undefined;
    if (!/^\w+$/.test(variable.name.value) || variable.name.value in Object.prototype) return undefined;
  }
  const flattener = new Flattener(document);
  const selectionSet = flattener.flatten([definition.selectionSet], root);
  if (selectionSet === undefined) return undefined;
  const { name: _, ...operation } = definition;
  return { kind: Kind.DOCUMENT, definitions: [{ ...operation, selectionSet }] };
}

/** Fields of one response key, in the order in which they stand in the document. */
interface Merged {
  readonly field: FieldNode;
  readonly selectionSets: SelectionSetNode[];
}

class Flattener {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(document: DocumentNode) {
    this.#fragments = fragmentsOf(document);
  }

  flatten(selectionSets: readonly SelectionSetNode[], type: GraphQLObjectType): SelectionSetNode | undefined {
    const merged = new Map<string, Merged>();
    if (!selectionSets.every((each) => this.#collect(each, type, merged))) return undefined;
    const selections: FieldNode[] = [];
    for (const { field, selectionSets: below } of merged.values()) {
      if (below.length === 0) {
        selections.push(field);
        continue;
      }
      const fieldType = getNamedType(type.getFields()[field.name.value]?.type);
      const selectionSet = isObjectType(fieldType) ? this.flatten(below, fieldType) : undefined;
      if (selectionSet === undefined) return undefined;
      selections.push({ ...field, selectionSet });
    }
    return { kind: Kind.SELECTION_SET, selections };
  }

  /** Adds the fields of a selection set, fragments included; false where that cannot be done statically. */
  #collect({ selections }: SelectionSetNode, type: GraphQLObjectType, merged: Map<string, Merged>): boolean {
    return selections.every((selection) => {
      if (selection.directives?.length) return false;
      if (selection.kind !== Kind.FIELD) {
        const fragment =
          selection.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(selection.name.value) : selection;
        if (fragment === undefined || fragment.directives?.length) return false;
        const condition = fragment.typeCondition?.name.value;
        return (
          (condition === undefined || condition === type.name) && this.#collect(fragment.selectionSet, type, merged)
        );
      }
      const key = (selection.alias ?? selection.name).value;
      if (key in Object.prototype) return false;
      const { selectionSet, ...field } = selection as FieldNode;
      const known: Merged = merged.get(key) ?? { field, selectionSets: [] };
      merged.set(key, known);
      if (selectionSet !== undefined) known.selectionSets.push(selectionSet);
      return true;
    });
  }
}
