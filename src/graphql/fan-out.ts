import { type ExecutionArgs, type ExecutionResult, execute, type GraphQLError } from 'graphql';

/**
 * Characters of all payloads that are kept. A reader takes everything there is before the next one comes by, so the payloads of a whole poll,
 * or of a whole snapshot, have to be there for all of them.
 */
const CHARACTERS_KEPT = 16_000_000;
/** What keeping any for an event counts as, in characters. */
const OVERHEAD = 500;
/** How many different operations an event keeps payloads for. */
const PAYLOADS_KEPT = 256;

/** The payloads that subscribers with the same operation share. */
export interface FanOut {
  /**
   * What an event is to a subscriber, as JSON. Subscribers with the same document, operation and variables get the very
   * same text, executed and serialised once; events are those of one watch, so they have the same rights.
   * @param event what the subscription's source gave; its identity is what is shared by
   * @param subscription makes what it is executed with, where nobody had it executed before
   * @param group names the operation: subscribers of one group would get equal payloads
   * @param shape makes errors fit to be seen; a payload with errors is the subscriber's own
   */
  payload(
    event: object,
    subscription: { args(): ExecutionArgs },
    group: string,
    shape: Shape,
  ): string | Promise<string>;
}

/** What an event is to each group of subscribers. */
interface Payloads {
  readonly texts: Map<string, string>;
  size: number;
}

/** Makes errors fit to be seen by one subscriber. */
export type Shape = (errors: readonly GraphQLError[]) => readonly object[];

/**
 * Creates a fan-out.
 * @param sharing whether payloads are shared; without it each subscriber has its own executed, with the same outcome
 */
export function createFanOut(sharing: boolean): FanOut {
  // Weakly: an event may hold a whole cluster, and lives as long as its feed says.
  const shared = new WeakMap<object, Payloads>();
  const kept = new Set<Payloads>();
  let size = 0;

  function sharedBy(event: object): Payloads {
    let payloads = shared.get(event);
    if (payloads === undefined) {
      payloads = { texts: new Map(), size: 0 };
      shared.set(event, payloads);
    }
    return payloads;
  }

  /** Keeps a payload; the oldest are forgotten where there are too many. */
  function keep(payloads: Payloads, group: string, text: string): void {
    const added = text.length + (kept.has(payloads) ? 0 : OVERHEAD);
    kept.add(payloads);
    payloads.texts.set(group, text);
    payloads.size += added;
    size += added;
    for (const oldest of kept) {
      if (size <= CHARACTERS_KEPT || oldest === payloads) return;
      kept.delete(oldest);
      size -= oldest.size;
      oldest.texts.clear();
      oldest.size = 0;
    }
  }

  return {
    payload(event, subscription, group, shape) {
      const payloads = sharing ? sharedBy(event) : undefined;
      const known = payloads?.texts.get(group);
      if (known !== undefined) return known;
      const finish = (result: ExecutionResult): string => {
        if (result.errors?.length) return JSON.stringify({ ...result, errors: shape(result.errors) });
        const text = JSON.stringify(result);
        if (payloads !== undefined && payloads.texts.size < PAYLOADS_KEPT) keep(payloads, group, text);
        return text;
      };
      const result = execute({ ...subscription.args(), rootValue: event });
      return result instanceof Promise ? result.then(finish) : finish(result as ExecutionResult);
    },
  };
}
