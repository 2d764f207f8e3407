import { cursorExpired, type Page, type PageRange, readPageOf } from '../page.ts';
import type { MutationRecord } from './mutation-record.ts';
import type { MutationQuery } from './mutation-store.ts';

/** Which records are wanted, and how many, as Relay's connections say it. */
export interface MutationPageRequest extends PageRange {
  readonly nodes?: readonly string[] | null | undefined;
  readonly users?: readonly string[] | null | undefined;
  readonly mutations?: readonly string[] | null | undefined;
  readonly outcomes?: readonly string[] | null | undefined;
  readonly hasEnded?: boolean | null | undefined;
}

/**
 * Reads one page of records.
 * @param find finds records; settles with undefined where a cursor is not of the log
 * @throws GatewayError BAD_USER_INPUT for a count out of range, CURSOR_EXPIRED for a cursor that is not of this log
 */
export function readMutationPage(
  find: (query: MutationQuery) => Promise<readonly MutationRecord[] | undefined>,
  request: MutationPageRequest,
): Promise<Page<MutationRecord>> {
  return readPageOf(request, async (part) => {
    const found = await find({
      ...part,
      ...{ after: request.after ?? undefined, before: request.before ?? undefined },
      ...{ nodes: request.nodes ?? undefined, users: request.users ?? undefined },
      ...{ mutations: request.mutations ?? undefined, outcomes: request.outcomes ?? undefined },
      hasEnded: request.hasEnded ?? undefined,
    });
    if (found === undefined) throw cursorExpired();
    return found;
  });
}
