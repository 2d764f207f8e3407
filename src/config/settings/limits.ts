import { count, jsonFile, oneOf, onOff } from './setting.ts';

/** What a request may ask for. */
export const limitsSettings = {
  MAX_BODY_BYTES: count('bytes', 1024, 64 * 1024 ** 2)
    .defaultsTo('1048576')
    .describe('Largest GraphQL request taken from a client.'),
  MAX_DOCUMENT_TOKENS: count('tokens', 100, 100_000)
    .defaultsTo('2000')
    .describe('Largest GraphQL document taken; it limits depth and aliases as well.'),
  MAX_DOCUMENT_LENGTH: count('characters', 1000, 16 * 1024 ** 2)
    .defaultsTo('100000')
    .describe('Longest GraphQL document taken.'),
  MAX_DEPTH: count('levels', 2, 100)
    .defaultsTo('10')
    .describe('Deepest selection taken in a document; introspection does not count.'),
  MAX_ALIASES: count('aliases', 0, 1000).defaultsTo('30').describe('Most aliases in a document.'),
  MAX_COST: count('fields', 10, 10_000_000)
    .defaultsTo('10000')
    .describe('Most fields a document may come to, each list counted as ten.'),
  MAX_LIST_LENGTH: count('items', 1, 100_000)
    .defaultsTo('1000')
    .describe('Longest list taken in variables and documents.'),
  MAX_STRING_LENGTH: count('characters', 100, 16 * 1024 ** 2)
    .defaultsTo('16384')
    .describe('Longest text taken in variables and documents.'),
  MAX_INPUT_DEPTH: count('levels', 10, 1000)
    .defaultsTo('32')
    .describe('Deepest nesting taken in variables and in values of documents.'),
  MAX_OPERATIONS: count('operations', 1, 1_000_000)
    .defaultsTo('2000')
    .describe('Queries and mutations that may run at once, of all callers; more are refused.'),
  MAX_OPERATIONS_PER_CALLER: count('operations', 1, 1_000_000)
    .defaultsTo('1000')
    .describe('Queries and mutations that one caller may run at once. A caller without a login counts by address.'),
  MAX_HELD_BYTES_PER_CALLER: count('bytes', 65_536, 2 ** 40)
    .defaultsTo('33554432')
    .describe(
      'Bytes of requests that are not whole, of answers that are not read, and of what subscriptions keep, ' +
        'for one caller or one address.',
    ),
  MAX_HELD_BYTES: count('bytes', 65_536, 2 ** 40)
    .defaultsTo('134217728')
    .describe('The same of all callers. A client that would take more is dropped.'),
  MEMORY_LIMIT: count('bytes', 32 * 1024 ** 2, 2 ** 44).describe(
    'Memory that the gateway may take. At 80 % of it, or of its heap, callers without a login are refused, and at ' +
      '90 % new streams. The limit of the cgroup when left out, or the memory of the machine.',
  ),
  INTROSPECTION: onOff.defaultsTo('true').describe('Whether the schema can be asked for; GraphiQL needs it.'),
  TRUSTED_DOCUMENTS: jsonFile.describe(
    'Manifest of documents by hash, as codegen writes it. Only these are taken, by hash or by text, ' +
      "and the console's own while CONSOLE is on.",
  ),
  TRUSTED_DOCUMENTS_FOR: oneOf('everything or mutations', ['everything', 'mutations'])
    .defaultsTo('everything')
    .describe('What must be in TRUSTED_DOCUMENTS.'),
};
