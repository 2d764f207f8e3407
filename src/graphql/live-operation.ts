import { createSourceEventStream, type GraphQLSchema } from 'graphql';
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

/** How many groups keep one text for all of their subscribers. */
const GROUPS = 1000;

/** Creates the way to open subscriptions. */
export function createLiveOperations(
  schema: GraphQLSchema,
  createContext: (request: RequestInfo) => SchemaContext,
  fanOut: FanOut,
) {
  const groups = new LRUCache<string, string>({ max: GROUPS });

  return {
    /** Names the subscriptions that get equal payloads: one text for all of them, who are thousands at times. */
    group({ operation, variables }: PreparedOperation): string {
      const group = groupOf(operation, variables);
      const known = groups.get(group);
      if (known === undefined) groups.set(group, group);
      return known ?? group;
    },
    /**
     * Opens a subscription.
     * @throws RequestRefused where it fails before its first event
     */
    async open(prepared: PreparedOperation, group: string, request: RequestInfo): Promise<LiveOperation> {
      const { document, name: operationName } = prepared.operation;
      const args = { schema, document, operationName, variableValues: prepared.variables };
      const source = await createSourceEventStream({ ...args, contextValue: createContext(request) });
      if (!(Symbol.asyncIterator in source)) throw new RequestRefused(source.errors ?? []);
      return {
        events: source as LiveStream<object>,
        payload: (event, showErrors) =>
          // A context is made when it is needed: most subscribers never are the first of their group.
          fanOut.payload(event, group, { args: () => ({ ...args, contextValue: createContext(request) }), showErrors }),
      };
    },
  };
}
