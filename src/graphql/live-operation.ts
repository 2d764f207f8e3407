import { createSourceEventStream, type ExecutionArgs, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { LiveStream } from '../live/stream.ts';
import type { RequestInfo, SchemaContext } from '../schema/context.ts';
import { RequestRefused } from './errors.ts';
import type { FanOut, ShowErrors } from './fan-out.ts';
import { groupOf } from './group.ts';
import type { PreparedOperation } from './operation.ts';

/** A subscription that is open: its events, and what each is to this subscriber. */
export interface LiveOperation {
  readonly events: LiveStream<object>;
  /**
   * What an event is to this subscriber, as JSON.
   * @param showErrors makes errors fit to be seen by it
   */
  payload(event: object, showErrors: ShowErrors): string | Promise<string>;
}

export interface LiveOperationsOptions {
  readonly schema: GraphQLSchema;
  readonly createContext: (request: RequestInfo) => SchemaContext;
  readonly fanOut: FanOut;
}

/**
 * Creates the way to open subscriptions.
 * @throws from the opening: RequestRefused where the subscription fails before its first event
 */
export function createLiveOperations({ schema, createContext, fanOut }: LiveOperationsOptions) {
  const groups = new LRUCache<string, string>({ max: GROUPS });

  /** One text for all of a group, which are tens of thousands at times. */
  function internedGroup(prepared: PreparedOperation): string {
    const group = groupOf(prepared.operation, prepared.variables);
    const known = groups.get(group);
    if (known === undefined) groups.set(group, group);
    return known ?? group;
  }

  return async (prepared: PreparedOperation, request: RequestInfo): Promise<LiveOperation> => {
    const { document, name: operationName } = prepared.operation;
    const { variables } = prepared;
    const args = { schema, document, operationName, variableValues: variables };
    const source = await createSourceEventStream({ ...args, contextValue: createContext(request) });
    if (!(Symbol.asyncIterator in source)) throw new RequestRefused(source.errors ?? []);
    const info = { request, createContext, group: internedGroup(prepared) };
    return new OpenOperation(source as LiveStream<object>, args, fanOut, info);
  };
}

/** How many groups keep one text for all of their subscribers. */
const GROUPS = 1000;

interface OperationInfo {
  readonly request: RequestInfo;
  readonly createContext: (request: RequestInfo) => SchemaContext;
  /** Names the operation: subscribers of one group get equal payloads. */
  readonly group: string;
}

/** A class that keeps no more of its request than it needs, because there are tens of thousands. */
class OpenOperation implements LiveOperation {
  readonly events: LiveStream<object>;
  readonly #args: ExecutionArgs;
  readonly #fanOut: FanOut;
  readonly #info: OperationInfo;

  constructor(events: LiveStream<object>, args: ExecutionArgs, fanOut: FanOut, info: OperationInfo) {
    this.events = events;
    this.#args = args;
    this.#fanOut = fanOut;
    this.#info = info;
  }

  payload(event: object, showErrors: ShowErrors): string | Promise<string> {
    return this.#fanOut.payload(event, this.#info.group, { args: () => this.#executionArgs(), showErrors });
  }

  /** Made when it is needed: most subscribers never are the first of their group. */
  #executionArgs(): ExecutionArgs {
    const { request, createContext } = this.#info;
    return { ...this.#args, contextValue: createContext(request) };
  }
}
