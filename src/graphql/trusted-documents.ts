import { readFileSync } from 'node:fs';
import { type DocumentNode, Kind, parse, print, visit } from 'graphql';
import { z } from 'zod';
import { GatewayError } from '../errors.ts';
import type { GraphQLParams } from './params.ts';

/** The documents that are taken, where not every one is. */
export interface TrustedDocuments {
  /** Whether everything must be among them, or mutations only. */
  readonly for: 'everything' | 'mutations';
  /** Whether a document is one of them, whatever `__typename` a client's cache has added to it. */
  has(document: DocumentNode): boolean;
  /** The text of a hash, with its algorithm before it or without; undefined where it is not known. */
  textOf(hash: string): string | undefined;
}

/**
 * Reads a manifest of documents by hash, as codegen writes it (`persistedDocuments`).
 * @param own documents by hash that are trusted as well, because the gateway brings them itself
 * @throws Error where the file is no such manifest, or holds a document that is not GraphQL
 */
export function readTrustedDocuments(
  { file, for: scope }: { readonly file: string; readonly for: TrustedDocuments['for'] },
  own: ReadonlyMap<string, string> = new Map(),
): TrustedDocuments {
  const byHash = new Map<string, string>();
  const plain = new Set<string>();
  const add = (hash: string, text: string) => {
    byHash.set(bare(hash), text);
    plain.add(withoutTypenames(parse(text)));
  };
  for (const [hash, text] of own) add(hash, text);
  try {
    const manifest = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8')));
    for (const [hash, text] of Object.entries(manifest)) add(hash, text);
  } catch (error) {
    throw new Error('TRUSTED_DOCUMENTS is no JSON object of documents by hash', { cause: error });
  }
  return {
    for: scope,
    has: (document) => plain.has(withoutTypenames(document)),
    textOf: (hash) => byHash.get(bare(hash)),
  };
}

/** A hash without its algorithm: `sha256:1f…` and `1f…` are the same. */
function bare(hash: string): string {
  return hash.replace(/^\w+:/, '').toLowerCase();
}

/** A document as text, without the `__typename` fields that caches add. */
function withoutTypenames(document: DocumentNode): string {
  const stripped = visit(document, {
    SelectionSet(node) {
      const selections = node.selections.filter(
        (each) => each.kind !== Kind.FIELD || each.name.value !== '__typename' || each.alias !== undefined,
      );
      return selections.length === 0 ? undefined : { ...node, selections };
    },
  });
  return print(stripped);
}

/**
 * The text of the document that is asked for: the request's own, or the one that it names.
 * @throws GatewayError PERSISTED_QUERY_NOT_SUPPORTED for a hash that is not known where the text would be taken: on
 * that, the links of Apollo and urql send it; LIMIT_EXCEEDED where only trusted documents are taken
 */
export function documentText(params: GraphQLParams, trusted: TrustedDocuments | undefined): string {
  if (params.query) return params.query;
  const { persistedQuery } = params.extensions as { persistedQuery?: { sha256Hash?: unknown } };
  const hash = params.documentId ?? persistedQuery?.sha256Hash;
  if (typeof hash !== 'string')
    throw new GatewayError('BAD_REQUEST', 'A request must have a query, or name a document.');
  const text = trusted?.textOf(hash);
  if (text !== undefined) return text;
  if (trusted?.for !== 'everything') {
    throw new GatewayError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
  }
  const message = 'This document is not among the trusted ones.';
  throw new GatewayError('LIMIT_EXCEEDED', message, { limit: 'TRUSTED_DOCUMENTS' });
}
