import {
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql';
import type { Random } from './random.ts';

/** A value as it stands in a document, and as it stands in the variables of a request. */
export interface InputValue {
  readonly literal: string;
  readonly json: unknown;
}

export interface ValueOptions {
  /** Texts and numbers for arguments and input fields of that name; others get something of their type. */
  readonly hints: ReadonlyMap<string, readonly unknown[]>;
  /** Input fields that are given wherever there is one, because the server refuses an object without them. */
  readonly wanted: ReadonlySet<string>;
  /** A variable in place of a part of a literal; undefined where there is to be none. */
  readonly variable?: (type: GraphQLInputType, hint: string) => string | undefined;
}

/** How many objects and lists stand in one another at most. */
const DEEPEST = 4;

/**
 * A random valid value of an input type.
 * @param hint name of the argument or field that the value is for
 */
export function randomValue(
  random: Random,
  type: GraphQLInputType,
  hint: string,
  options: ValueOptions,
  depth = 0,
): InputValue {
  if (isNonNullType(type)) return presentValue(random, type.ofType, hint, options, depth);
  if (random.chance(0.06)) return { literal: 'null', json: null };
  return presentValue(random, type, hint, options, depth);
}

/** A value that is not null. */
function presentValue(
  random: Random,
  type: GraphQLInputType,
  hint: string,
  options: ValueOptions,
  depth: number,
): InputValue {
  if (isNonNullType(type)) return presentValue(random, type.ofType, hint, options, depth);
  if (isListType(type)) return listValue(random, type.ofType, hint, options, depth);
  if (isEnumType(type)) return enumValue(random, type);
  if (isInputObjectType(type)) return objectValue(random, type, options, depth);
  return scalarValue(random, type.name, hint, options);
}

/** A list, or a single item, which GraphQL takes for a list of one. */
function listValue(
  random: Random,
  type: GraphQLInputType,
  hint: string,
  options: ValueOptions,
  depth: number,
): InputValue {
  if (random.chance(0.25)) {
    // A variable alone would have to be a list itself.
    const { variable: _, ...plain } = options;
    return presentValue(random, type, hint, plain, depth + 1);
  }
  const items = Array.from({ length: random.below(depth > DEEPEST ? 1 : 4) }, () => {
    const variable = random.chance(0.2) ? options.variable?.(type, hint) : undefined;
    if (variable !== undefined) return { literal: variable, json: undefined };
    return randomValue(random, type, hint, options, depth + 1);
  });
  return { literal: `[${items.map(({ literal }) => literal).join(', ')}]`, json: items.map(({ json }) => json) };
}

function enumValue(random: Random, type: GraphQLEnumType): InputValue {
  const { name } = random.pick(type.getValues());
  return { literal: name, json: name };
}

function objectValue(random: Random, type: GraphQLInputObjectType, options: ValueOptions, depth: number): InputValue {
  const fields = Object.values(type.getFields());
  const given = type.isOneOf
    ? [random.pick(fields)]
    : random
        .shuffled(fields)
        .filter((field) => isRequiredInputField(field) || options.wanted.has(field.name) || random.chance(0.3));
  const entries = given.map((field): [string, InputValue] => {
    // A variable in an object that takes exactly one field may never be null, which only its definition could say.
    const variable = type.isOneOf || random.chance(0.8) ? undefined : options.variable?.(field.type, field.name);
    if (variable !== undefined) return [field.name, { literal: variable, json: undefined }];
    return [
      field.name,
      type.isOneOf
        ? presentValue(random, field.type, field.name, options, depth + 1)
        : randomValue(random, field.type, field.name, options, depth + 1),
    ];
  });
  return {
    literal: `{${entries.map(([name, { literal }]) => `${name}: ${literal}`).join(', ')}}`,
    json: Object.fromEntries(entries.map(([name, { json }]) => [name, json])),
  };
}

/** Values by type where an argument's name tells nothing. Dates are of 2020, as all dates of these tests are. */
const SCALARS = new Map<string, readonly unknown[]>([
  ['Boolean', [true, false]],
  ['Int', [0, 1, 7]],
  ['Float', [0, 1, 2.5]],
  ['ID', ['a', '1', '__proto__']],
  ['DateTime', ['2020-03-04T05:06:07.000Z', '2020-01-01T00:00:00Z', '2020-06-30T12:00:00+02:00']],
]);
const TEXTS = ['', 'a', 'node-2', '__proto__', 'constructor', 'Zoë "x" \\ 💥'];

function scalarValue(random: Random, name: string, hint: string, { hints }: ValueOptions): InputValue {
  const value = random.pick(hints.get(hint) ?? SCALARS.get(name) ?? TEXTS);
  return { literal: JSON.stringify(value), json: value };
}
