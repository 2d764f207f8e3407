import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  type OperationDefinitionNode,
} from 'graphql';
import type { Reading } from '../live/stream.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { SchemaContext } from '../schema/context.ts';
import { outcomesOf } from './counting.ts';
import type { FanOut, Shape } from './fan-out.ts';
import type { RequestContext } from './request-context.ts';

/** What all subscriptions have in common. */
export interface SubscriptionTools {
  readonly fanOut: FanOut;
  readonly requests: Metrics['requests'];
  readonly contextOf: (request: RequestContext, signal: AbortSignal | undefined) => SchemaContext;
}

/**
 * A subscription that is parsed, valid and ready to be opened. A class that holds no more of its request than it needs: there are tens of
 * thousands.
 */
export class PreparedSubscription {
  readonly kind = 'subscription';
  readonly #asked: ExecutionArgs;
  readonly #operation: OperationDefinitionNode;
  readonly #request: RequestContext;
  readonly #group: string;
  readonly #tools: SubscriptionTools;

  /** @param group names the operation: subscribers of one group would get equal payloads */
  constructor(
    asked: ExecutionArgs,
    operation: OperationDefinitionNode,
    request: RequestContext,
    group: string,
    tools: SubscriptionTools,
  ) {
    this.#asked = asked;
    this.#operation = operation;
    this.#request = request;
    this.#group = group;
    this.#tools = tools;
  }

  /** The text of its document, which is the same for all who ask for it. */
  get text(): string | undefined {
    return this.#asked.document.loc?.source.body;
  }

  /** What it is executed with. Made when it is needed: most subscribers never are the first of their group. */
  args(): ExecutionArgs {
    const { signal } = this.#request;
    return { ...this.#asked, contextValue: this.#tools.contextOf(this.#request, signal) };
  }

  /** Opens its source; a result instead where it fails at once. */
  async open(): Promise<Reading<object> | ExecutionResult> {
    const opened = (await createSourceEventStream(this.args())) as Reading<object> | ExecutionResult;
    const result = Symbol.asyncIterator in opened ? { data: null } : { data: null, ...opened };
    for (const [name, code] of outcomesOf(this.#operation, result)) this.#tools.requests.inc({ operation: name, code });
    return opened;
  }

  /** What an event of the source is to this subscriber, as JSON. */
  payload(event: object, shape: Shape): string | Promise<string> {
    return this.#tools.fanOut.payload(event, this, this.#group, shape);
  }
}
