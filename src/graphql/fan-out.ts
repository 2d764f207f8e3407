import {
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLFormattedError,
} from 'graphql';

/**
 * Characters of all payloads that are kept. One reader takes all its events before the next reader has its turn. So the
 * payloads of a whole poll, or of a whole snapshot, have to be there for all of them.
 */
const CHARACTERS_KEPT = 16_000_000;
/** What keeping any payload of an event counts as, in characters. */
const OVERHEAD = 500;
/** How many different operations an event keeps payloads for. */
const PAYLOADS_KEPT = 256;

/** Makes errors fit to be seen by one subscriber. */
export type ShowErrors = (errors: readonly GraphQLError[]) => readonly GraphQLFormattedError[];

/** How a payload is made for a subscriber whose group has none yet. */
interface PayloadOptions {
  args(): ExecutionArgs;
  readonly showErrors: ShowErrors;
}

/** The payloads that subscribers with the same operation share. */
export type FanOut = ReturnType<typeof createFanOut>;

/** What an event is to each group of subscribers. */
interface Payloads {
  readonly texts: Map<string, string>;
  size: number;
}

/**
 * Creates a fan-out.
 * @param sharing whether payloads are shared; without it each subscriber has its own executed, with the same result
 */
export function createFanOut(sharing: boolean) {
  // Weakly: an event may hold a whole cluster, and lives as long as its change log says.
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

  /** Keeps a payload; the oldest are dropped if there are too many. A payload with errors is the subscriber's own. */
  function keep(payloads: Payloads, group: string, text: string): void {
    if (payloads.texts.size >= PAYLOADS_KEPT) return;
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
    /**
     * What an event is to a subscriber, as JSON. Subscribers with the same operation and variables get the same text,
     * executed and serialised once. Events are those of one watch, so these subscribers have the same rights.
     * @param event what the subscription's source gave; payloads are shared by its identity
     * @param group names the operation and its variables
     */
    payload(event: object, group: string, { args, showErrors }: PayloadOptions): string | Promise<string> {
      const payloads = sharing ? sharedBy(event) : undefined;
      const known = payloads?.texts.get(group);
      if (known !== undefined) return known;
      const finish = (result: ExecutionResult): string => {
        if (result.errors?.length) return JSON.stringify({ ...result, errors: showErrors(result.errors) });
        const text = JSON.stringify({ data: result.data });
        if (payloads !== undefined) keep(payloads, group, text);
        return text;
      };
      const result = execute({ ...args(), rootValue: event });
      return result instanceof Promise ? result.then(finish) : finish(result as ExecutionResult);
    },
  };
}
