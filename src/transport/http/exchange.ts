import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError } from '../../errors.ts';
import type { Logger } from '../../observability/logger.ts';
import { budgetKeysOf } from '../caller-key.ts';
import type { AddressOf } from './address.ts';
import type { Coding, Compression } from './compression.ts';
import type { Lingering } from './lingering.ts';
import type { Negotiation } from './negotiation.ts';
import { errorBody, HttpRefusal, statusOf } from './refusal.ts';
import { type Target, targetOf } from './target.ts';
import type { UnreadAnswers } from './unread-answers.ts';

/** The content type of what is not GraphQL. */
export const JSON_TYPE = 'application/json; charset=utf-8';

/** What is the same for all exchanges of a listener. */
export interface ExchangeOptions {
  /** Headers of every answer, names and values in turn. */
  readonly headers: readonly string[];
  /** The path under which a proxy serves the gateway, without a slash at its end; empty where there is none. */
  readonly pathPrefix: string;
  readonly addressOf: AddressOf;
  readonly unreadAnswers: UnreadAnswers;
  readonly linger: Lingering;
  readonly compression: Compression;
  readonly negotiation: Pick<Negotiation, 'coding'>;
  readonly logger: Logger;
  /** Told of every fault of the gateway itself. */
  readonly onFault: () => void;
}

/** A body as it is, and its bytes. */
interface Plain {
  readonly body: string | Buffer;
  readonly length: number;
}

const MASKED = new GatewayError('INTERNAL_SERVER_ERROR', 'Unexpected error.');

/** One request over HTTP, and its answer. */
export class HttpExchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly requestId: string;
  readonly target: Target;
  /** The caller's key, where the caller is known: its bytes count for that as well as for its address. */
  callerKey: string | undefined;
  readonly #options: ExchangeOptions;
  readonly #headers: string[];
  #isKept = true;

  constructor(req: IncomingMessage, res: ServerResponse, options: ExchangeOptions) {
    this.req = req;
    this.res = res;
    this.requestId = requestIdOf(req);
    this.target = targetOf(req, options.pathPrefix);
    this.#options = options;
    this.#headers = ['x-request-id', this.requestId, 'cache-control', 'no-store', ...options.headers];
  }

  /** Address of the client, as limits count it. */
  get address(): string {
    return this.#options.addressOf(this.req);
  }

  /** What the bytes count by that are held for it. */
  get keys(): readonly string[] {
    return budgetKeysOf(this.address, this.callerKey);
  }

  /** Gives the headers of every answer to whoever writes the answer without this object, caching apart. */
  applyHeaders(): void {
    const { headers } = this.#options;
    this.res.setHeader('x-request-id', this.requestId);
    for (let at = 0; at < headers.length; at += 2) this.res.setHeader(headers[at] ?? '', headers[at + 1] ?? '');
    this.#options.unreadAnswers.watch(this);
  }

  /** Adds a header to the answer. */
  setHeader(name: string, value: string): void {
    if (name === 'connection') this.#isKept = value !== 'close';
    this.#headers.push(name, value);
  }

  /** Fires when the client goes away before its answer is whole. */
  whenGone(): AbortSignal {
    const controller = new AbortController();
    this.res.on('close', () => {
      // An error for every request that is answered would cost more than its execution.
      if (!this.res.writableFinished) controller.abort();
    });
    return controller.signal;
  }

  /** Begins an answer whose body follows. */
  begin(status: number, headers: readonly string[]): void {
    this.res.writeHead(status, [...headers, ...this.#headers]);
  }

  /**
   * Sends a whole answer, compressed where it is long and the client takes that.
   * @param length bytes of the body, where that is known already
   */
  send(status: number, contentType: string, body: string | Buffer, length = Buffer.byteLength(body)): void {
    const { compression, negotiation } = this.#options;
    const headers = ['content-type', contentType];
    let coding: Coding | undefined;
    if (compression.takes(length)) {
      headers.push('vary', 'accept-encoding');
      coding = negotiation.coding(this.req.headers['accept-encoding']);
    }
    if (coding === undefined) this.#write(status, headers, body, length);
    else this.#writeCompressed(status, headers, { body, length }, coding);
  }

  #writeCompressed(status: number, headers: readonly string[], plain: Plain, coding: Coding): void {
    const { compression, logger, onFault } = this.#options;
    const fault = (error: unknown) => {
      onFault();
      logger.error({ err: error, requestId: this.requestId }, 'An answer could not be compressed');
    };
    compression
      .compress(plain.body, coding)
      .catch(fault)
      .then((compressed) => {
        if (compressed === undefined) this.#write(status, headers, plain.body, plain.length);
        else this.#write(status, [...headers, 'content-encoding', coding], compressed, compressed.length);
      })
      .catch(fault);
  }

  #write(status: number, headers: readonly string[], body: string | Buffer, length: number): void {
    if (this.res.destroyed) return;
    this.begin(status, [...headers, 'content-length', String(length)]);
    // A text without anything beyond ASCII needs no encoding.
    this.#end(body, typeof body === 'string' && body.length === length ? 'latin1' : 'utf8');
    this.#options.unreadAnswers.written(this);
  }

  /** Sends an answer without a body. */
  sendEmpty(status: number, headers: readonly string[] = []): void {
    if (this.res.destroyed) return;
    this.begin(status, headers);
    this.#end('', 'latin1');
  }

  /** Ends an answer: at once, or, where that closes the connection, when the whole request has come. */
  #end(body: string | Buffer, encoding: 'latin1' | 'utf8'): void {
    const { req, res } = this;
    if (req.complete || (this.#isKept && res.shouldKeepAlive)) {
      res.end(body, encoding);
      return;
    }
    if (body.length > 0) res.write(body, encoding);
    else res.flushHeaders();
    this.#options.linger(req, () => res.end());
  }

  /** Answers with a failure: one of the catalogue as it is, and any other masked and logged. */
  fail(error: unknown): void {
    const { req, res, requestId } = this;
    const { logger, onFault } = this.#options;
    if (req.socket.destroyed || res.destroyed) {
      logger.debug({ err: error, requestId }, 'The client went away');
      return;
    }
    const known = error instanceof GatewayError ? error : undefined;
    if (known === undefined) {
      onFault();
      logger.error({ err: error, requestId }, 'Unexpected error');
    }
    if (res.headersSent) {
      res.destroy();
      return;
    }
    const shown = known ?? MASKED;
    if (shown instanceof HttpRefusal) {
      for (const [name, value] of Object.entries(shown.headers)) this.setHeader(name, value);
    }
    this.send(statusOf(shown), JSON_TYPE, errorBody(shown, requestId));
  }
}

/** The caller's own request id where it is harmless, or a new one. */
function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}
