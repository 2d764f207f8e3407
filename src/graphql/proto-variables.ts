import { type DocumentNode, visit } from 'graphql';

/*
 * graphql-js keeps the values of variables in a plain object, where `__proto__` is no key like the others. A variable
 * of that name would never have a value. So it gets another name before it is executed, one that no document can have.
 */

const NAME = '__proto__';
const OTHER = '(__proto__)';

/** A document whose variables have safe names; the same one where they have already. */
export function withSafeVariables(document: DocumentNode): DocumentNode {
  if (document.loc?.source.body.includes(`$${NAME}`) === false) return document;
  return visit(document, {
    Variable: (node) => (node.name.value === NAME ? { ...node, name: { ...node.name, value: OTHER } } : undefined),
  });
}

/** The variables of such a document. */
export function safeVariables(variables: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!Object.hasOwn(variables, NAME)) return variables;
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name === NAME ? OTHER : name, value]));
}
