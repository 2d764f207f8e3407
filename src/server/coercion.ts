import {
  coerceInputValue,
  type GraphQLError,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';
import { GatewayError, type Issue } from '../errors.ts';

/**
 * The faults in an operation's variables, each with its path. graphql-js says the same in its own errors, but prints the
 * offending values into them, and a value may be an object that holds a password.
 */
export function variableIssues(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Issue[] {
  const issues: Issue[] = [];
  for (const definition of operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type as never);
    if (!isInputType(type)) continue;
    const value = variables[name];
    if (value === undefined || value === null) {
      const missing = isNonNullType(type) && (value === null || definition.defaultValue === undefined);
      if (missing) issues.push({ path: [name], message: `Expected a value of type "${type}".` });
      continue;
    }
    coerceInputValue(value, type, (path, _, error) =>
      issues.push({ path: [name, ...path], message: withoutValues(error) }),
    );
  }
  return issues;
}

/** The issues as the error a client gets. */
export function variableError(issues: readonly Issue[]): GatewayError {
  const sentences = issues.map(({ path, message }) => `$${path.join('.')}: ${message}`);
  return new GatewayError('BAD_USER_INPUT', sentences.join(' '), { issues });
}

/** Parts of graphql-js' messages that repeat what the caller sent. */
const VALUES: readonly [RegExp, string][] = [
  [/^(\w+) cannot represent .*$/s, 'Expected a value of type "$1".'],
  [/^Enum "(\w+)" cannot represent .*$/s, 'Expected a value of enum "$1".'],
  [/^Value .* does not exist in "(\w+)" enum\..*$/s, 'Expected a value of enum "$1".'],
  [/^(Expected value of type "[^"]+"), found .*$/s, '$1.'],
  [/^(Variable "\$\w+") got invalid value .*$/s, '$1 got an invalid value.'],
  [/(found|Unexpected) (String|BlockString|Int|Float) .*$/s, '$1 a $2.'],
];

/** The message of an error of graphql-js without any value out of the request. */
export function withoutValues({ message }: Pick<GraphQLError, 'message'>): string {
  let clean = message;
  for (const [pattern, replacement] of VALUES) clean = clean.replace(pattern, replacement);
  return clean;
}
