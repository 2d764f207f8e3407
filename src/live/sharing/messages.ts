import { type ErrorCode, type ErrorDetails, GatewayError } from '../../errors.ts';
import type { ClusterStatus } from '../../harper/domain.ts';
import type { Written } from '../changelog/codec.ts';
import { reviveStatus } from '../changelog/view-notes.ts';

/** What a poll of one node has brought. */
export interface PollResult {
  /** The address that was polled, as it is shown. */
  readonly address: string;
  readonly answer: ClusterStatus | GatewayError;
  /** Milliseconds that the poll took. */
  readonly took: number;
}

/** A failure as JSON. */
export interface WrittenFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
}

/** What is added to a log, by whom the lease has. `after` is the position in the store before the changes. */
interface Added {
  readonly epoch: string;
  readonly after: number;
  readonly changes: readonly string[];
}

/** What gateways that share a login tell one another. */
export type Message =
  | (Added & {
      readonly type: 'views';
      readonly result?: Written<Omit<PollResult, 'answer'>> & {
        readonly status?: Written<ClusterStatus>;
        readonly failure?: WrittenFailure;
      };
      /** Position in the store before UPSTREAM_LOST; null while Harper can be read. */
      readonly lostAt: number | null;
      /** How far the store has the log of the whole, and what moves with what was told of it. */
      readonly whole: { readonly epoch: string; readonly length: number; readonly told: string };
    })
  /** `told`: what was told of the whole cluster up to then, where that is something else than before. */
  | (Added & { readonly type: 'whole'; readonly told?: string })
  /** The lease was given back. */
  | { readonly type: 'released' }
  /** A gateway asks for a poll at once, and is told when it is over. */
  | { readonly type: 'poll'; readonly id: string }
  | (Added & { readonly type: 'polled'; readonly id: string })
  /** Harper has refused the login. */
  | { readonly type: 'ended'; readonly failure: WrittenFailure };

export function writeFailure({ code, message, details }: GatewayError): WrittenFailure {
  return { code, message, details };
}

export function reviveFailure({ code, message, details }: WrittenFailure): GatewayError {
  return new GatewayError(code, message, details);
}

/**
 * What is told with the changes of a poll, besides those.
 * @param lostAt position in the store before UPSTREAM_LOST; undefined while Harper can be read
 */
export function viewsMessage(
  { answer, ...rest }: PollResult,
  lostAt: number | undefined,
  whole: ViewsMessage['whole'],
): object {
  const told = answer instanceof GatewayError ? { failure: writeFailure(answer) } : { status: answer };
  return { type: 'views', result: { ...rest, ...told }, lostAt: lostAt ?? null, whole };
}

/** @throws an error for what is none */
export function reviveResult({ address, took, status, failure }: NonNullable<ViewsMessage['result']>): PollResult {
  if (status !== undefined) return { address, took, answer: reviveStatus(status) };
  if (failure === undefined) throw new Error('a result has neither a status nor a failure');
  return { address, took, answer: reviveFailure(failure) };
}

type ViewsMessage = Extract<Message, { type: 'views' }>;
