import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { CheckVariables } from './variables.ts';

/** A root field of an operation. */
export interface RootField {
  /** Under which its value stands in the result. */
  readonly key: string;
  readonly name: string;
  /** Whether it says which node is asked. */
  readonly isPinned: boolean;
}

/** One operation of a document that is parsed and valid. What is found out about it is found out once. */
export interface Operation {
  /** Tells operations of one gateway apart. */
  readonly id: number;
  readonly document: DocumentNode;
  /** Memory that the document takes, about, in bytes. */
  readonly bytes: number;
  readonly definition: OperationDefinitionNode;
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** Its name; undefined where it has none. */
  readonly name: string | undefined;
  readonly checkVariables: CheckVariables;
  readonly rootFields: readonly RootField[];
  /** Whether one cluster_status answers all of it, so that requests with the same rights may share its result. */
  readonly isStatusQuery: boolean;
}

/** An operation within all limits, with variables that are good for it. */
export interface PreparedOperation {
  readonly operation: Operation;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Root fields that are answered by one cluster_status, and nothing else. */
const STATUS_FIELDS = new Set(['clusterStatus', 'peer']);

/** Whether an operation reads nothing but one cluster_status, of whichever node. */
export function isStatusQuery({ operation }: OperationDefinitionNode, rootFields: readonly RootField[]): boolean {
  const fields = rootFields.filter(({ name }) => name !== '__typename');
  return (
    operation === 'query' &&
    fields.length > 0 &&
    fields.every(({ name, isPinned }) => STATUS_FIELDS.has(name) && !isPinned)
  );
}

/** The fragments of a document, by name. */
export function fragmentsOf({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((each) => [each.name.value, each]));
}

/** The root fields of an operation, those in fragments included, each response key once. */
export function rootFieldsOf(document: DocumentNode, { selectionSet }: OperationDefinitionNode): RootField[] {
  const fragments = fragmentsOf(document);
  const found = new Map<string, RootField>();
  const seen = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const each of selections) {
      if (each.kind === Kind.FIELD) {
        const key = (each.alias ?? each.name).value;
        const isPinned = each.arguments?.some(({ name }) => name.value === 'node') ?? false;
        found.set(key, { key, name: each.name.value, isPinned });
      } else if (each.kind === Kind.INLINE_FRAGMENT) collect(each.selectionSet);
      else if (!seen.has(each.name.value)) {
        seen.add(each.name.value);
        const fragment = fragments.get(each.name.value);
        if (fragment !== undefined) collect(fragment.selectionSet);
      }
    }
  };
  collect(selectionSet);
  return [...found.values()];
}
