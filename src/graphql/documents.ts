import { type DocumentNode, type GraphQLSchema, getOperationAST, Kind, type OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Settings } from '../config/settings.ts';
import { GatewayError } from '../errors.ts';
import type { Engine } from './engine.ts';
import { coded, errorsOf, RequestRefused } from './errors.ts';
import { isStatusQuery, type Operation, rootFieldsOf } from './operation.ts';
import { withSafeVariables } from './proto-variables.ts';
import { createVariablesCheck, type InputLimits } from './variables.ts';

/** Bytes that a parsed document takes for each character of its text, about, as measured. */
const BYTES_PER_CHARACTER = 70;

/** Characters of all documents that are remembered. */
const REMEMBERED = 100_000;

/** Characters of all documents that are remembered as wrong. */
const REMEMBERED_WRONG = 10_000;

/**
 * Parses and validates documents, each once for as long as it is remembered.
 * @param limits how large documents and variables may be
 */
export function createDocuments(
  schema: GraphQLSchema,
  engine: Engine,
  limits: InputLimits & Pick<Settings, 'MAX_DOCUMENT_LENGTH'>,
) {
  const right = cacheOf<ParsedDocument>(REMEMBERED);
  const wrong = cacheOf<RequestRefused>(REMEMBERED_WRONG);
  let operations = 0;

  function parsed(text: string): ParsedDocument {
    const known = right.get(text);
    if (known !== undefined) return known;
    const refused = wrong.get(text);
    if (refused !== undefined) throw refused;
    try {
      const fresh: ParsedDocument = {
        document: checked(text),
        bytes: text.length * BYTES_PER_CHARACTER,
        operations: new Map(),
      };
      right.set(text, fresh);
      return fresh;
    } catch (error) {
      if (error instanceof RequestRefused) wrong.set(text, error);
      throw error;
    }
  }

  function checked(text: string): DocumentNode {
    let document: DocumentNode;
    try {
      document = engine.parse(text);
    } catch (error) {
      throw new RequestRefused(coded(errorsOf(error), 'GRAPHQL_PARSE_FAILED'));
    }
    const faults = engine.validate(document);
    if (faults.length > 0) throw new RequestRefused(coded(faults, 'GRAPHQL_VALIDATION_FAILED'));
    return withSafeVariables(document);
  }

  function toOperation({ document, bytes }: ParsedDocument, definition: OperationDefinitionNode): Operation {
    const rootFields = rootFieldsOf(document, definition);
    operations += 1;
    return {
      id: operations,
      document,
      bytes,
      definition,
      kind: definition.operation,
      name: definition.name?.value,
      checkVariables: createVariablesCheck(schema, definition, limits),
      rootFields,
      isStatusQuery: isStatusQuery(definition, rootFields),
    };
  }

  return {
    /**
     * The operation of a document.
     * @param name the one that is asked for; undefined where the document has but one
     * @throws RequestRefused where the text is no GraphQL, does not fit the schema, or exceeds a limit; GatewayError
     * BAD_REQUEST where it has no such operation
     */
    operation(text: string, name: string | undefined): Operation {
      if (text.length > limits.MAX_DOCUMENT_LENGTH) throw tooLong(limits.MAX_DOCUMENT_LENGTH);
      const document = parsed(text);
      const definition = getOperationAST(document.document, name);
      if (!definition) throw new GatewayError('BAD_REQUEST', unknownOperation(document.document, name));
      let operation = document.operations.get(definition);
      if (operation === undefined) {
        operation = toOperation(document, definition);
        document.operations.set(definition, operation);
      }
      return operation;
    },
  };
}

interface ParsedDocument {
  readonly document: DocumentNode;
  /** Memory that it takes, about. */
  readonly bytes: number;
  readonly operations: Map<OperationDefinitionNode, Operation>;
}

/** A cache by text that holds so many characters; a quarter of them, at most, in one text. */
export function cacheOf<T extends object>(characters: number): LRUCache<string, T> {
  return new LRUCache({
    maxSize: characters,
    maxEntrySize: characters / 4,
    sizeCalculation: (_, text) => Math.max(1, text.length),
  });
}

function tooLong(characters: number): GatewayError {
  const message = `The document has more than ${characters} characters.`;
  return new GatewayError('LIMIT_EXCEEDED', message, { limit: 'MAX_DOCUMENT_LENGTH' });
}

function unknownOperation({ definitions }: DocumentNode, name: string | undefined): string {
  const count = definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length;
  if (name !== undefined) return 'Unknown operation: the document has none of that name.';
  return count === 0 ? 'The document has no operation.' : 'The document has several operations: name one.';
}
