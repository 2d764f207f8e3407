import { GraphQLError, type GraphQLErrorOptions, Kind, visit } from 'graphql';
import { type ErrorCode, GatewayError, type Issue } from '../errors.ts';
import { inputError } from './issues.ts';

/** Why an operation is not executed at all. Its errors are those of one stage: parsing, validating, or a later one. */
export class RequestRefused extends Error {
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super(errors[0]?.message);
    this.name = 'RequestRefused';
    this.errors = errors;
  }
}

/** Any failure as the errors of a result. */
export function errorsOf(failure: unknown): readonly GraphQLError[] {
  if (failure instanceof RequestRefused) return failure.errors;
  if (failure instanceof GraphQLError) return [failure];
  return [wrapped(failure instanceof Error ? failure : new Error(String(failure)))];
}

/** An error of the catalogue as graphql-js has them; the places are those of the document. */
export function wrapped(originalError: Error, places: Omit<GraphQLErrorOptions, 'originalError'> = {}): GraphQLError {
  return new GraphQLError(originalError.message, { ...places, originalError });
}

/** The failure of the catalogue that an error of graphql-js was made of; undefined where it was made of none. */
export function gatewayErrorIn(error: unknown): GatewayError | undefined {
  let cause = error;
  while (cause instanceof GraphQLError) cause = cause.originalError;
  return cause instanceof GatewayError ? cause : undefined;
}

/**
 * The fault of a variable that is null where null is not allowed. It shows only when the field is executed: where there
 * is a default, the variable's type may allow null. graphql-js prints the whole argument, which may hold a password.
 * @returns undefined where an error of execution is of another kind
 */
export function nullVariableIn({ nodes, originalError }: GraphQLError): GatewayError | undefined {
  const [node] = nodes ?? [];
  const isValue = node !== undefined && (node.kind === Kind.VARIABLE || node.kind.endsWith('Value'));
  if (!isValue || (originalError !== undefined && !(originalError instanceof GraphQLError))) return undefined;
  const names: string[] = [];
  visit(node, { Variable: ({ name }) => void names.push(name.value) });
  return inputError([{ path: names.slice(0, 1), message: 'A variable is null where a value is needed.' }]);
}

/** Errors of a stage of graphql-js, with the code of that stage where they have none of their own. */
export function coded(errors: readonly GraphQLError[], code: ErrorCode): readonly GraphQLError[] {
  const inputErrors = errors.filter((error) => gatewayErrorIn(error)?.code === 'BAD_USER_INPUT');
  // Where the document has other faults too, these come first: an argument of a wrong document says little.
  if (inputErrors.length === errors.length) return inputErrors.length > 1 ? [merged(inputErrors)] : errors;
  return errors
    .filter((error) => !inputErrors.includes(error))
    .map((error) => {
      if (gatewayErrorIn(error) !== undefined) return error;
      const { nodes = null, source = null, positions = null } = error;
      return wrapped(new GatewayError(code, error.message), { nodes, source, positions });
    });
}

function merged(errors: readonly GraphQLError[]): GraphQLError {
  const issues = errors.flatMap((error): readonly Issue[] => gatewayErrorIn(error)?.details.issues ?? []);
  return wrapped(inputError(issues), { nodes: errors.flatMap(({ nodes }) => nodes ?? []) });
}
