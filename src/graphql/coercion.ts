import {
  type ASTNode,
  BREAK,
  coerceInputValue,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  type ValueNode,
  visit,
} from 'graphql';
import { GatewayError, type Issue } from '../errors.ts';

/** How many faults are told at once; a caller who has more mends these first. */
const MOST_ISSUES = 50;

/**
 * The faults in an operation's variables, each with the path of the argument it stands for. graphql-js says the same in its
 * own errors, but prints the offending values into them, and a value may be an object that holds a password.
 */
export function variableIssues(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Issue[] {
  const issues: Issue[] = [];
  const enough = Symbol('enough');
  const add = (path: readonly (string | number)[], message: string) => {
    issues.push({ path, message });
    if (issues.length >= MOST_ISSUES) throw enough;
  };
  try {
    for (const definition of operation.variableDefinitions ?? []) {
      const name = definition.variable.name.value;
      const type = typeFromAST(schema, definition.type as never);
      if (!isInputType(type)) continue;
      const value = variables[name];
      const place = placeOfVariable(operation, name) ?? [name];
      if (value === undefined || value === null) {
        const missing = isNonNullType(type) && (value === null || definition.defaultValue === undefined);
        if (missing) add(place, `Expected a value of type "${type}".`);
        continue;
      }
      coerceInputValue(value, type, (path, _, error) =>
        add([...place, ...path, ...missingField(error)], withoutValues(error)),
      );
    }
  } catch (stop) {
    if (stop !== enough) throw stop;
  }
  return issues;
}

/**
 * The fault of an argument that only shows when its field is executed: a variable with a default may be null by its type, and is where
 * the argument takes no null. graphql-js says so with the whole argument in its message, and without a code.
 */
export function argumentFault({ path, originalError }: GraphQLError): GatewayError | undefined {
  if (path === undefined || !(originalError instanceof GraphQLError)) return undefined;
  const name = /^Argument "(\w+)"/.exec(originalError.message)?.[1];
  return name === undefined
    ? undefined
    : inputError([{ path: [name], message: 'A variable in it is null, where a value is needed.' }]);
}

/** The issue of a literal that validation has found wrong; undefined when the error is about something else. */
export function literalIssue(document: DocumentNode, error: GraphQLError): Issue | undefined {
  const [node] = error.nodes ?? [];
  if (node === undefined || (!node.kind.endsWith('Value') && node.kind !== Kind.OBJECT_FIELD)) return undefined;
  const place = placeOf(document, (candidate) => candidate === node);
  return place && { path: [...place, ...missingField(error)], message: withoutValues(error) };
}

/** Issues as the error a client gets. */
export function inputError(issues: readonly Issue[]): GatewayError {
  const sentences = issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return new GatewayError('BAD_USER_INPUT', sentences.join(' '), { issues });
}

/** The path of the argument that a variable is used for, such as `input` or `input.hostname`. */
function placeOfVariable(operation: OperationDefinitionNode, name: string): (string | number)[] | undefined {
  return placeOf(operation.selectionSet, (node) => node.kind === Kind.VARIABLE && node.name.value === name);
}

/** The path from an argument's name to a node within the argument's value; undefined when it is in none. */
function placeOf(root: ASTNode, isIt: (node: ASTNode) => boolean): (string | number)[] | undefined {
  let found: (string | number)[] | undefined;
  visit(root, {
    Argument(argument) {
      const within = placeIn(argument.value, isIt);
      if (within === undefined) return undefined;
      found = [argument.name.value, ...within];
      return BREAK;
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

/** The field that an input object lacks, where that is the fault. */
function missingField({ message }: Pick<GraphQLError, 'message'>): string[] {
  const name = message.match(/^Field "(?:\w+\.)?(\w+)" of required type/)?.[1];
  return name === undefined ? [] : [name];
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
