import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
  type VariableNode,
} from 'graphql';
import { GatewayError, type Issue } from '../errors.ts';
import { inputError, MOST_ISSUES, placeOf } from './issues.ts';

type Path = readonly (string | number)[];
type Values = Readonly<Record<string, unknown>>;

/** Checks the variables of one operation before it is executed. */
export interface VariablesCheck {
  /**
   * @throws GatewayError BAD_USER_INPUT with every fault and the path of the argument that it stands for;
   * LIMIT_EXCEEDED where a list is too long
   */
  check(variables: Values): void;
}

/**
 * Creates the check of an operation's variables. It takes what graphql-js takes. graphql-js would report the same
 * faults, but with the offending values in its messages, and a value may hold a password.
 * @param listLength items that a list in the variables may have
 */
export function createVariablesCheck(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  listLength: number,
): VariablesCheck {
  const definitions = (operation.variableDefinitions ?? []).map((definition) =>
    toVariable(schema, operation, definition),
  );
  return {
    check(variables) {
      checkLists(variables, listLength);
      if (definitions.length === 0) return;
      const faults = new Faults();
      for (const { name, type, place, hasDefault } of definitions) {
        const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
        if (value === undefined && hasDefault) continue;
        if (type !== undefined) checkValue(value, type, place, faults);
        if (faults.isFull) break;
      }
      if (faults.issues.length > 0) throw inputError(faults.issues);
    },
  };
}

interface Variable {
  readonly name: string;
  /** undefined for a type that is no input type, which validation has refused. */
  readonly type: GraphQLInputType | undefined;
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
  const type = typeFromAST(schema, node as never);
  const isIt = (each: { kind: string }) => each.kind === Kind.VARIABLE && (each as VariableNode).name.value === name;
  return {
    name,
    type: isInputType(type) ? type : undefined,
    place: placeOf(operation.selectionSet, isIt) ?? [name],
    hasDefault: defaultValue !== undefined,
  };
}

/** The faults that are found, up to a number: a caller who has more mends these first. */
class Faults {
  readonly issues: Issue[] = [];

  get isFull(): boolean {
    return this.issues.length >= MOST_ISSUES;
  }

  add(path: Path, message: string): void {
    if (!this.isFull) this.issues.push({ path, message });
  }
}

function checkValue(value: unknown, type: GraphQLInputType, path: Path, faults: Faults): void {
  if (faults.isFull) return;
  if (isNonNullType(type)) {
    if (value === null || value === undefined) faults.add(path, `Expected a value of type "${type}".`);
    else checkValue(value, type.ofType, path, faults);
  } else if (value === null || value === undefined) {
    return;
  } else if (isListType(type)) {
    if (Array.isArray(value)) checkItems(value, type.ofType, path, faults);
    else checkValue(value, type.ofType, path, faults);
  } else if (isInputObjectType(type)) {
    checkObject(value, type, path, faults);
  } else if (!isLeafValue(value, type)) {
    faults.add(path, `Expected a value of type "${type.name}".`);
  }
}

function checkItems(items: readonly unknown[], type: GraphQLInputType, path: Path, faults: Faults): void {
  for (const [index, item] of items.entries()) {
    if (faults.isFull) return;
    checkValue(item, type, [...path, index], faults);
  }
}

function isLeafValue(value: unknown, type: { parseValue(value: unknown): unknown }): boolean {
  try {
    return type.parseValue(value) !== undefined;
  } catch {
    // What a scalar throws may hold the value.
    return false;
  }
}

function checkObject(value: unknown, type: GraphQLInputObjectType, path: Path, faults: Faults): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    faults.add(path, `Expected a value of type "${type.name}".`);
    return;
  }
  const fields = type.getFields();
  for (const field of Object.values(fields)) {
    const own = Object.hasOwn(value, field.name) ? (value as Values)[field.name] : undefined;
    if (own !== undefined) checkValue(own, field.type, [...path, field.name], faults);
    else if (isRequiredInputField(field)) {
      faults.add([...path, field.name], `Field "${field.name}" of required type "${field.type}" was not provided.`);
    }
  }
  const names = Object.keys(value);
  for (const name of names) {
    if (!Object.hasOwn(fields, name)) faults.add(path, `${fieldText(name)} is not defined by type "${type.name}".`);
  }
  if (type.isOneOf && (names.length !== 1 || (value as Values)[names[0] ?? ''] === null)) {
    faults.add(path, `Exactly one field of "${type.name}" must be given, and not null.`);
  }
}

/** A field by its name, where that is a name. */
function fieldText(name: string): string {
  return /^\w{1,100}$/.test(name) ? `Field "${name}"` : 'A field';
}

/** Refuses variables that hold a list longer than the limit, at any depth. */
function checkLists(value: unknown, most: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value) && value.length > most) {
    const message = `A list in the variables has more than ${most} items.`;
    throw new GatewayError('LIMIT_EXCEEDED', message, { limit: 'MAX_LIST_LENGTH' });
  }
  for (const item of Object.values(value)) checkLists(item, most);
}
