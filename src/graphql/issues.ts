import { type ASTNode, BREAK, Kind, type ValueNode, visit } from 'graphql';
import { GatewayError, type Issue } from '../errors.ts';

/** How many faults of an input are reported at once. */
export const MOST_ISSUES = 50;

/** Faults of an input as the error a caller gets. */
export function inputError(issues: readonly Issue[]): GatewayError {
  const sentences = issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return new GatewayError('BAD_USER_INPUT', sentences.join(' '), { issues });
}

/**
 * The path of a node within the arguments of a document, from the argument's name on, such as `input.hostname`.
 * @returns undefined when the node is in no argument
 */
export function placeOf(root: ASTNode, isIt: (node: ASTNode) => boolean): (string | number)[] | undefined {
  let found: (string | number)[] | undefined;
  visit(root, {
    Argument(argument) {
      const within = placeIn(argument.value, isIt);
      if (within !== undefined) found = [argument.name.value, ...within];
      return found && BREAK;
    },
  });
  return found;
}

function placeIn(value: ValueNode, isIt: (node: ASTNode) => boolean): (string | number)[] | undefined {
  if (isIt(value)) return [];
  const children: [string | number, ASTNode, ValueNode][] =
    value.kind === Kind.OBJECT
      ? value.fields.map((field) => [field.name.value, field, field.value])
      : value.kind === Kind.LIST
        ? value.values.map((item, index) => [index, item, item])
        : [];
  for (const [key, node, child] of children) {
    const within = isIt(node) ? [] : placeIn(child, isIt);
    if (within !== undefined) return [key, ...within];
  }
  return undefined;
}
