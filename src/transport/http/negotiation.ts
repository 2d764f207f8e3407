import { parse } from 'content-type';
import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';
import type { Coding } from './compression.ts';

/** What a client takes, as its Accept header says. */
export interface Accepted {
  /** Content type of a GraphQL answer as JSON; undefined where the client takes none. */
  readonly json: string | undefined;
  /** Whether it would rather have an event stream. */
  readonly prefersEvents: boolean;
  /** Whether it names event streams; what is meant by a wildcard is JSON. */
  readonly acceptsEvents: boolean;
  /** Whether it would rather have a web page than JSON. */
  readonly prefersPage: boolean;
}

/** The media type of GraphQL answers whose HTTP status speaks of the errors in them. */
export const GRAPHQL_RESPONSE = 'application/graphql-response+json';
const JSON_MEDIA = 'application/json';
const EVENTS = 'text/event-stream';
const PAGE = 'text/html';

/** Headers that are remembered, and the length up to which they are. */
const REMEMBERED = 200;
const LONGEST = 500;

/** Reads headers that are negotiated. The same ones come again and again, so what they mean is remembered. */
export interface Negotiation {
  /** By RFC 9110, 12.5.1: order, q, wildcards, case and blanks. */
  accepted(accept: string | undefined): Accepted;
  /** What a client would have an answer compressed with, by RFC 9110, 12.5.3; undefined: with nothing. */
  coding(acceptEncoding: string | undefined): Coding | undefined;
  /** Whether a body is JSON, in UTF-8 where it names a charset. */
  isJson(contentType: string | undefined): boolean;
}

/** Creates it, with nothing remembered. */
export function createNegotiation(): Negotiation {
  const accepts = new LRUCache<string, Accepted>({ max: REMEMBERED });
  const codings = new LRUCache<string, Coding | 'identity'>({ max: REMEMBERED });
  const types = new LRUCache<string, boolean>({ max: REMEMBERED });
  return {
    accepted: (accept = '*/*') => remembered(accepts, accept, acceptedBy),
    coding(acceptEncoding = 'identity') {
      const coding = remembered(codings, acceptEncoding, (header) => codingOf(header, ['br', 'gzip']) ?? 'identity');
      return coding === 'identity' ? undefined : coding;
    },
    isJson: (contentType = '') => remembered(types, contentType, isJson),
  };
}

function remembered<T extends object | boolean | string>(
  cache: LRUCache<string, T>,
  header: string,
  read: (header: string) => T,
): T {
  const known = cache.get(header);
  if (known !== undefined) return known;
  const fresh = read(header);
  if (header.length <= LONGEST) cache.set(header, fresh);
  return fresh;
}

function acceptedBy(accept: string): Accepted {
  const negotiator = new Negotiator({ headers: { accept } });
  const bestOf = (types: readonly string[]) => negotiator.mediaTypes(inUtf8(types))[0]?.split(';', 1)[0];
  const json = bestOf([JSON_MEDIA, GRAPHQL_RESPONSE]);
  return {
    json: json === undefined ? undefined : `${json}; charset=utf-8`,
    prefersEvents: bestOf([JSON_MEDIA, GRAPHQL_RESPONSE, EVENTS]) === EVENTS,
    acceptsEvents: negotiator.mediaTypes().some((type) => type.toLowerCase() === EVENTS),
    prefersPage: bestOf([JSON_MEDIA, GRAPHQL_RESPONSE, EVENTS, PAGE]) === PAGE,
  };
}

/** Its types do not know that it can be told which coding is taken where a client likes several equally. */
interface WithPreference {
  encoding(available: readonly string[], options: { readonly preferred: readonly string[] }): string | undefined;
}

/**
 * What a client would have an answer compressed with, by RFC 9110, 12.5.3.
 * @param available the codings that there are; of those that the client likes equally the first is taken
 * @returns undefined: with nothing
 */
export function codingOf(acceptEncoding = 'identity', available: readonly Coding[]): Coding | undefined {
  const negotiator: WithPreference = new Negotiator({ headers: { 'accept-encoding': acceptEncoding } });
  const codings = [...available, 'identity'];
  const best = negotiator.encoding(codings, { preferred: codings });
  return available.find((coding) => coding === best);
}

/** Types as they are served: a client may name the charset as well, or not. */
function inUtf8(types: readonly string[]): string[] {
  return types.flatMap((type) => [type, `${type};charset=utf-8`]);
}

function isJson(contentType: string): boolean {
  const { type, parameters } = parse(contentType);
  const charset = Object.hasOwn(parameters, 'charset') ? parameters.charset?.toLowerCase() : undefined;
  return type === JSON_MEDIA && (charset === undefined || charset === 'utf-8' || charset === 'utf8');
}
