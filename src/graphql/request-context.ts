import type { Caller } from '../auth/caller.ts';
import type { GatewayError } from '../errors.ts';

/** What a transport knows of a request. */
export interface RequestContext {
  readonly requestId: string;
  /** Who asks, or why it is nobody. */
  readonly caller: Caller | GatewayError;
  /** Fires when the caller has gone away; the HTTP request's own signal where it is left out. */
  readonly signal?: AbortSignal;
  /** Cursor of the last event an SSE client got before it was cut off. */
  readonly lastEventId?: string | undefined;
}
