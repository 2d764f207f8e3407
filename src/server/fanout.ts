import { type ExecutionArgs, type ExecutionResult, execute, type GraphQLError } from 'graphql';

/** How many of the last events keep their payloads: all readers of one come by within moments of each other. */
const EVENTS_KEPT = 64;
/** How many different operations an event keeps payloads for. */
const PAYLOADS_KEPT = 256;

/** The payloads that subscribers with the same operation share. */
export interface FanOut {
  /**
   * What an event is to a subscriber, as JSON. Subscribers with the same document, operation and variables get the very
   * same text, executed and serialised once; events are those of one watch, so they have the same rights.
   * @param event what the subscription's source gave; its identity is what is shared by
   * @param argsOf makes what it is executed with, where nobody had it executed before
   * @param group names the operation: subscribers of one group would get equal payloads
   * @param shape makes errors fit to be seen; a payload with errors is the subscriber's own
   */
  payload(event: object, argsOf: () => ExecutionArgs, group: string, shape: Shape): string | Promise<string>;
}

/** Makes errors fit to be seen by one subscriber. */
export type Shape = (errors: readonly GraphQLError[]) => readonly object[];

/**
 * Creates a fan-out.
 * @param sharing whether payloads are shared; without it each subscriber has its own executed, with the same outcome
 */
export function createFanOut(sharing: boolean): FanOut {
  const recent = new Map<object, Map<string, string>>();

  function sharedBy(event: object): Map<string, string> {
    let payloads = recent.get(event);
    if (payloads === undefined) {
      payloads = new Map();
      recent.set(event, payloads);
      for (const oldest of recent.keys()) {
        if (recent.size <= EVENTS_KEPT) break;
        recent.delete(oldest);
      }
    }
    return payloads;
  }

  return {
    payload(event, argsOf, group, shape) {
      const payloads = sharing ? sharedBy(event) : undefined;
      const known = payloads?.get(group);
      if (known !== undefined) return known;
      const finish = (result: ExecutionResult): string => {
        if (result.errors?.length) return JSON.stringify({ ...result, errors: shape(result.errors) });
        const text = JSON.stringify(result);
        if (payloads !== undefined && payloads.size < PAYLOADS_KEPT) payloads.set(group, text);
        return text;
      };
      const result = execute({ ...argsOf(), rootValue: event });
      return result instanceof Promise ? result.then(finish) : finish(result as ExecutionResult);
    },
  };
}
