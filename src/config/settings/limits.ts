import { integer, oneOf, onOff, type Setting, text } from './setting.ts';

/** What a request may ask for. */
export const limitsSettings = {
  MAX_BODY_BYTES: {
    schema: integer(1024, 64 * 1024 ** 2),
    default: '1048576',
    unit: 'bytes',
    sentence: 'Largest GraphQL request taken from a client.',
  },
  MAX_DOCUMENT_TOKENS: {
    schema: integer(100, 100_000),
    default: '2000',
    unit: 'tokens',
    sentence: 'Largest GraphQL document taken; it bounds depth and aliases as well.',
  },
  MAX_DEPTH: {
    schema: integer(2, 100),
    default: '10',
    unit: 'levels',
    sentence: 'Deepest selection taken in a document; introspection does not count.',
  },
  MAX_ALIASES: {
    schema: integer(0, 1000),
    default: '30',
    unit: 'aliases',
    sentence: 'Most aliases in a document.',
  },
  MAX_COST: {
    schema: integer(10, 10_000_000),
    default: '10000',
    unit: 'fields',
    sentence: 'Most fields a document may come to, each list counted as ten.',
  },
  MAX_LIST_LENGTH: {
    schema: integer(1, 100_000),
    default: '1000',
    unit: 'items',
    sentence: 'Longest list taken in variables.',
  },
  MAX_OPERATIONS: {
    schema: integer(1, 1_000_000),
    default: '2000',
    unit: 'operations',
    sentence: 'Queries and mutations that may run at once, of all callers; more are refused.',
  },
  INTROSPECTION: {
    schema: onOff,
    default: 'true',
    unit: 'true or false',
    sentence: 'Whether the schema can be asked for; GraphiQL needs it.',
  },
  TRUSTED_DOCUMENTS: {
    schema: text,
    unit: 'JSON file',
    sentence: 'Manifest of documents by hash, as codegen writes it; only these are taken, by hash or text.',
  },
  TRUSTED_DOCUMENTS_FOR: {
    schema: oneOf(['everything', 'mutations']),
    default: 'everything',
    unit: 'everything or mutations',
    sentence: 'What must be in TRUSTED_DOCUMENTS.',
  },
} as const satisfies Record<string, Setting>;
