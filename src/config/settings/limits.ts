import { count, file, oneOf, onOff, type Setting } from './setting.ts';

/** What a request may ask for. */
export const limitsSettings = {
  MAX_BODY_BYTES: {
    ...count('bytes', 1024, 64 * 1024 ** 2),
    default: '1048576',
    sentence: 'Largest GraphQL request taken from a client.',
  },
  MAX_DOCUMENT_TOKENS: {
    ...count('tokens', 100, 100_000),
    default: '2000',
    sentence: 'Largest GraphQL document taken; it bounds depth and aliases as well.',
  },
  MAX_DEPTH: {
    ...count('levels', 2, 100),
    default: '10',
    sentence: 'Deepest selection taken in a document; introspection does not count.',
  },
  MAX_ALIASES: { ...count('aliases', 0, 1000), default: '30', sentence: 'Most aliases in a document.' },
  MAX_COST: {
    ...count('fields', 10, 10_000_000),
    default: '10000',
    sentence: 'Most fields a document may come to, each list counted as ten.',
  },
  MAX_LIST_LENGTH: {
    ...count('items', 1, 100_000),
    default: '1000',
    sentence: 'Longest list taken in variables.',
  },
  MAX_OPERATIONS: {
    ...count('operations', 1, 1_000_000),
    default: '2000',
    sentence: 'Queries and mutations that may run at once, of all callers; more are refused.',
  },
  INTROSPECTION: { ...onOff, default: 'true', sentence: 'Whether the schema can be asked for; GraphiQL needs it.' },
  TRUSTED_DOCUMENTS: {
    ...file,
    unit: 'JSON file',
    sentence: 'Manifest of documents by hash, as codegen writes it. Only these are taken, by hash or by text.',
  },
  TRUSTED_DOCUMENTS_FOR: {
    ...oneOf('everything or mutations', ['everything', 'mutations']),
    default: 'everything',
    sentence: 'What must be in TRUSTED_DOCUMENTS.',
  },
} as const satisfies Record<string, Setting>;
