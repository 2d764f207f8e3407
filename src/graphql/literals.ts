import {
  type ASTNode,
  type ASTVisitor,
  type GraphQLError,
  getNamedType,
  isInputObjectType,
  isRequiredInputField,
  Kind,
  type ValidationContext,
  ValuesOfCorrectTypeRule,
} from 'graphql';
import type { Issue } from '../errors.ts';
import { wrapped } from './errors.ts';
import { inputError, placeOf } from './issues.ts';

/**
 * graphql-js' rule that literals fit their types, with messages of our own: its own repeat the literal, which may be a
 * password. Each fault carries the path of its argument.
 */
export function LiteralsOfCorrectTypeRule(context: ValidationContext): ASTVisitor {
  const reported = new Set<unknown>();
  const silent = Object.create(context, {
    reportError: {
      value(error: GraphQLError) {
        const [node] = error.nodes ?? [];
        if (node === undefined || reported.has(node)) return;
        reported.add(node);
        const place = placeOf(context.getDocument(), (each) => each === node) ?? [];
        for (const issue of issuesOf(node, error.message, context)) {
          const fault = inputError([{ ...issue, path: [...place, ...issue.path] }]);
          context.reportError(wrapped(fault, { nodes: node }));
        }
      },
    },
  }) as ValidationContext;
  return ValuesOfCorrectTypeRule(silent);
}

/** The faults at a node, with paths from there. */
function issuesOf(node: ASTNode, message: string, context: ValidationContext): Issue[] {
  const type = context.getInputType();
  const named = getNamedType(type);
  if (node.kind === Kind.OBJECT && isInputObjectType(named)) {
    const given = new Set(node.fields.map(({ name }) => name.value));
    const missing = Object.values(named.getFields()).filter(
      (field) => isRequiredInputField(field) && !given.has(field.name),
    );
    if (missing.length === 0) {
      return [{ path: [], message: `Exactly one field of "${named.name}" must be given, and not null.` }];
    }
    return missing.map(({ name, type: wanted }) => ({
      path: [name],
      message: `Field "${name}" of required type "${wanted}" was not provided.`,
    }));
  }
  if (node.kind === Kind.OBJECT_FIELD) return [{ path: [], message }];
  return [{ path: [], message: `Expected a value of type "${type ?? 'unknown'}".` }];
}
