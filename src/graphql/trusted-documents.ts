import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { GatewayError } from '../errors.ts';

/** The documents that are taken, where not every one is. */
export interface TrustedDocuments {
  /** Whether everything must be among them, or mutations only. */
  readonly for: 'everything' | 'mutations';
  /** Whether a text is one of them. */
  has(text: string): boolean;
  /** The text of a hash, with or without its algorithm before it. */
  textOf(hash: string): string | undefined;
}

const manifest = z.record(z.string(), z.string());

/**
 * Reads a manifest of documents by hash, as codegen writes it (`persistedDocuments`).
 * @throws Error where the file is none
 */
export function readTrustedDocuments(file: string, scope: TrustedDocuments['for']): TrustedDocuments {
  let documents: Map<string, string>;
  try {
    documents = new Map(Object.entries(manifest.parse(JSON.parse(readFileSync(file, 'utf8')))));
  } catch (error) {
    throw new Error('TRUSTED_DOCUMENTS is no JSON object of documents by hash', { cause: error });
  }
  const texts = new Set(documents.values());
  return {
    for: scope,
    has: (text) => texts.has(text),
    textOf: (hash) => documents.get(hash) ?? documents.get(hash.replace(/^\w+:/, '')),
  };
}

/** What of a request may name a document instead of holding it. */
export interface NamedDocument {
  readonly query?: unknown;
  /** As GraphQL over HTTP proposes it. */
  readonly documentId?: unknown;
  /** As Apollo's and Yoga's clients send it. */
  readonly extensions?: unknown;
}

/** The text of the document that a request names; undefined where it names none, the error where it is not known. */
export function namedDocument(
  params: NamedDocument,
  trusted: TrustedDocuments | undefined,
): string | GatewayError | undefined {
  if (typeof params.query === 'string' && params.query !== '') return undefined;
  const { persistedQuery } = (params.extensions ?? {}) as { persistedQuery?: { sha256Hash?: unknown } };
  const hash = params.documentId ?? persistedQuery?.sha256Hash;
  if (typeof hash !== 'string') return undefined;
  const text = trusted?.textOf(hash);
  return (
    text ??
    new GatewayError('LIMIT_EXCEEDED', 'This document is not among the trusted ones.', { limit: 'TRUSTED_DOCUMENTS' })
  );
}
