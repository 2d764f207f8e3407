import type { Caller } from '../../auth/caller.ts';
import type { AwaitStatus } from '../../cluster/nodes/read-status.ts';
import type { ClusterStatus } from '../../harper/domain.ts';
import type { RequestInfo } from '../../schema/context.ts';
import type { Pending } from '../../util/waiter.ts';
import { cacheOf } from '../documents.ts';
import type { PreparedOperation } from '../operation.ts';
import type { Pipeline } from '../pipeline.ts';
import type { Rendered } from '../render.ts';

/*
 * What makes the common request cheap: a query for the cluster's status. It has two memos. One keeps what bodies ask
 * for; the other keeps the result that an answer of Harper gives to the same query. Both hold only what the pipeline
 * has found. README.md beside this file says what each is worth. FAST_PATH=false switches both off.
 */

export interface KnownRequest extends RequestInfo {
  readonly caller: Caller;
}

/** A result as JSON, shared by all who get the same: text where it is short, encoded once for all where it is long. */
export interface SharedBody {
  readonly body: string | Buffer;
  /** Its bytes. */
  readonly length: number;
}

/** Answers status queries from its memos. */
export type FastPath = ReturnType<typeof createFastPath>;

type Respond = (answer: SharedBody | Rendered) => void;

export interface FastPathOptions {
  readonly pipeline: Pick<Pipeline, 'execute' | 'run' | 'refuse' | 'succeeded'>;
  readonly awaitStatus: AwaitStatus;
}

/** Characters of all bodies that are remembered. */
const REMEMBERED = 100_000;
/** Characters of the longest variables whose results are shared. */
const LONGEST_VARIABLES = 2000;
/** Bodies up to this many bytes go out in one piece with their head, as text. */
const SHORT = 4096;

export function createFastPath({ pipeline, awaitStatus }: FastPathOptions) {
  const bodies = cacheOf<PreparedOperation>(REMEMBERED);
  const keys = new WeakMap<PreparedOperation, string | undefined>();
  /** The status that waiters are being told of, and its texts. Most waiters of one call are told in one turn. */
  let latest: { readonly status: ClusterStatus; readonly texts: Map<string, SharedBody> } | undefined;

  function textsOf(status: ClusterStatus): Map<string, SharedBody> {
    if (latest?.status !== status) latest = { status, texts: new Map() };
    return latest.texts;
  }

  /** Names an operation and its variables; undefined where their result is not shared. */
  function keyOf(prepared: PreparedOperation): string | undefined {
    if (keys.has(prepared)) return keys.get(prepared);
    const { operation, variables } = prepared;
    const text = operation.isStatusQuery ? JSON.stringify(variables) : undefined;
    const key = text !== undefined && text.length <= LONGEST_VARIABLES ? `${operation.id} ${text}` : undefined;
    keys.set(prepared, key);
    return key;
  }

  function serve(
    prepared: PreparedOperation,
    request: KnownRequest,
    status: ClusterStatus,
  ): SharedBody | Promise<Rendered> {
    // Callers with the same rights get the same: those with one login at Harper and, in SERVICE mode, one role.
    const key = `${request.caller.role} ${keyOf(prepared)}`;
    const texts = textsOf(status);
    const known = texts.get(key);
    if (known !== undefined) return known;
    const own = { ...request, status: () => status };
    const result = pipeline.execute(prepared, own);
    if (result instanceof Promise || result.errors?.length) return pipeline.run(prepared, own);
    const text = JSON.stringify(result);
    const length = Buffer.byteLength(text);
    const shared = { body: length > SHORT ? Buffer.from(text) : text, length };
    texts.set(key, shared);
    return shared;
  }

  return {
    /** What a body asks for, where the same has been asked before. */
    recall: (body: string) => bodies.get(body),
    /** Whether `answer` serves an operation. */
    takes: (prepared: PreparedOperation) => keyOf(prepared) !== undefined,
    /** Remembers what a body asks for, where `answer` serves it. */
    remember(body: string, prepared: PreparedOperation): void {
      if (keyOf(prepared) !== undefined) bodies.set(body, prepared);
    },
    /** Answers a status query. `respond` is called once, unless the request is cancelled before. */
    answer(prepared: PreparedOperation, request: KnownRequest, respond: Respond): Pending {
      const fail = (fault: unknown) => respond(pipeline.refuse(fault, request.requestId, prepared.operation));
      return awaitStatus(request.caller.credentials, {
        resolve(status) {
          const served = serve(prepared, request, status);
          if (served instanceof Promise) served.then(respond, fail);
          else {
            pipeline.succeeded(prepared.operation);
            respond(served);
          }
        },
        reject(error) {
          const status = () => {
            throw error;
          };
          pipeline.run(prepared, { ...request, status }).then(respond, fail);
        },
      });
    },
  };
}
