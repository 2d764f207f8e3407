import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
  type VariableNode,
} from 'graphql';
import type { Settings } from '../config/settings.ts';
import { GatewayError, type Issue } from '../errors.ts';
import { inputError, MOST_ISSUES, placeOf } from './issues.ts';

type Path = readonly (string | number)[];
type Values = Readonly<Record<string, unknown>>;

/** How large variables may be. */
export type InputLimits = Pick<Settings, 'MAX_STRING_LENGTH' | 'MAX_INPUT_DEPTH' | 'MAX_LIST_LENGTH'>;

/**
 * Checks the variables of one operation before it is executed.
 * @returns those that the operation declares: others have no use, and are not kept for as long as it lasts
 * @throws GatewayError BAD_USER_INPUT with every fault and the path of the argument that it stands for; LIMIT_EXCEEDED
 * where they are nested too deep, or a list or a text is too long
 */
export type CheckVariables = (variables: Values) => Values;

/**
 * Creates the check of an operation's variables. It takes what graphql-js takes. graphql-js would report the same
 * faults, but with the offending values in its messages, and a value may hold a password.
 */
export function createVariablesCheck(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  limits: InputLimits,
): CheckVariables {
  const definitions = (operation.variableDefinitions ?? []).map((each) => toVariable(schema, operation, each));
  return (variables) => {
    checkSize(variables, limits);
    if (definitions.length === 0) return NONE;
    // A caller who has more faults than these mends these first.
    const issues = [...issuesOfAll(definitions, variables).take(MOST_ISSUES)];
    if (issues.length > 0) throw inputError(issues);
    const given = definitions.filter(({ name }) => Object.hasOwn(variables, name));
    return Object.fromEntries(given.map(({ name }) => [name, variables[name]]));
  };
}

const NONE: Values = Object.freeze({});

interface Variable {
  readonly name: string;
  readonly type: GraphQLInputType;
  /** The path of the argument that it is used for. */
  readonly place: Path;
  readonly hasDefault: boolean;
}

function toVariable(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  { variable, type: node, defaultValue }: VariableDefinitionNode,
): Variable {
  const name = variable.name.value;
  const isIt = (each: { kind: string }) => each.kind === Kind.VARIABLE && (each as VariableNode).name.value === name;
  return {
    name,
    // Validation has refused every other type.
    type: typeFromAST(schema, node as never) as GraphQLInputType,
    place: placeOf(operation.selectionSet, isIt) ?? [name],
    hasDefault: defaultValue !== undefined,
  };
}

function* issuesOfAll(definitions: readonly Variable[], variables: Values): Generator<Issue> {
  for (const { name, type, place, hasDefault } of definitions) {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value !== undefined || !hasDefault) yield* issuesOf(value, type, place);
  }
}

function* issuesOf(value: unknown, type: GraphQLInputType, path: Path): Generator<Issue> {
  if (isNonNullType(type)) {
    if (value === null || value === undefined) yield wrongType(path, type);
    else yield* issuesOf(value, type.ofType, path);
  } else if (value === null || value === undefined) {
    return;
  } else if (isListType(type)) {
    if (!Array.isArray(value)) yield* issuesOf(value, type.ofType, path);
    else for (const [index, item] of value.entries()) yield* issuesOf(item, type.ofType, [...path, index]);
  } else if (isInputObjectType(type)) {
    yield* issuesOfObject(value, type, path);
  } else if (!isLeafValue(value, type)) {
    yield wrongType(path, type);
  }
}

function wrongType(path: Path, type: GraphQLInputType): Issue {
  return { path, message: `Expected a value of type "${type}".` };
}

function isLeafValue(value: unknown, type: { parseValue(value: unknown): unknown }): boolean {
  try {
    return type.parseValue(value) !== undefined;
  } catch {
    // What a scalar throws may hold the value.
    return false;
  }
}

function* issuesOfObject(value: unknown, type: GraphQLInputObjectType, path: Path): Generator<Issue> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    yield wrongType(path, type);
    return;
  }
  const fields = type.getFields();
  for (const field of Object.values(fields)) {
    const own = Object.hasOwn(value, field.name) ? (value as Values)[field.name] : undefined;
    if (own !== undefined) yield* issuesOf(own, field.type, [...path, field.name]);
    else if (isRequiredInputField(field)) {
      const message = `Field "${field.name}" of required type "${field.type}" was not provided.`;
      yield { path: [...path, field.name], message };
    }
  }
  const names = Object.keys(value);
  for (const name of names) {
    const message = `${fieldText(name)} is not defined by type "${type.name}".`;
    if (!Object.hasOwn(fields, name)) yield { path, message };
  }
  if (type.isOneOf && (names.length !== 1 || (value as Values)[names[0] ?? ''] === null)) {
    yield { path, message: `Exactly one field of "${type.name}" must be given, and not null.` };
  }
}

/** A field by its name, where that is a name. */
function fieldText(name: string): string {
  return /^\w{1,100}$/.test(name) ? `Field "${name}"` : 'A field';
}

/** Refuses variables that are too large for anything to work on, before anything does. */
function checkSize(value: unknown, limits: InputLimits, level = 0): void {
  const { MAX_STRING_LENGTH: characters, MAX_INPUT_DEPTH: levels, MAX_LIST_LENGTH: items } = limits;
  if (typeof value === 'string' && value.length > characters) {
    throw tooMuch(`A text in the variables has more than ${characters} characters.`, 'MAX_STRING_LENGTH');
  }
  if (typeof value !== 'object' || value === null) return;
  if (level > levels) throw tooMuch(`The variables are nested more than ${levels} levels deep.`, 'MAX_INPUT_DEPTH');
  if (Array.isArray(value) && value.length > items) {
    throw tooMuch(`A list in the variables has more than ${items} items.`, 'MAX_LIST_LENGTH');
  }
  for (const item of Object.values(value)) checkSize(item, limits, level + 1);
}

function tooMuch(message: string, limit: keyof InputLimits): GatewayError {
  return new GatewayError('LIMIT_EXCEEDED', message, { limit });
}
