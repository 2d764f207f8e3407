import { type ExecutionArgs, type ExecutionResult, execute, type GraphQLError } from 'graphql';

/**
 * Characters of all payloads that are kept. A reader takes everything there is before the next one comes by, so the payloads of a whole poll,
 * or of a whole snapshot, have to be there for all of them.
 */
const CHARACTERS_KEPT = 16_000_000;
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
  let size = 0;

  function sharedBy(event: object): Map<string, string> {
    let payloads = recent.get(event);
    if (payloads === undefined) {
      payloads = new Map();
      recent.set(event, payloads);
    }
    return payloads;
  }

  /** Keeps a payload; the oldest events forget theirs where there is too much. */
  function keep(payloads: Map<string, string>, group: string, text: string): void {
    payloads.set(group, text);
    size += text.length;
    for (const [oldest, forgotten] of recent) {
      if (size <= CHARACTERS_KEPT || forgotten === payloads) return;
      recent.delete(oldest);
      for (const each of forgotten.values()) size -= each.length;
    }
  }

  return {
    payload(event, argsOf, group, shape) {
      const payloads = sharing ? sharedBy(event) : undefined;
      const known = payloads?.get(group);
      if (known !== undefined) return known;
      const finish = (result: ExecutionResult): string => {
        if (result.errors?.length) return JSON.stringify({ ...result, errors: shape(result.errors) });
        const text = JSON.stringify(result);
        if (payloads !== undefined && payloads.size < PAYLOADS_KEPT) keep(payloads, group, text);
        return text;
      };
      const result = execute({ ...argsOf(), rootValue: event });
      return result instanceof Promise ? result.then(finish) : finish(result as ExecutionResult);
    },
  };
}
