import { badInput, GatewayError, type Issue } from '../../errors.ts';
import type { EntryQuery } from './store.ts';

/** Which part of a list is wanted, as Relay's connections say it. */
export interface PageRange {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
  readonly since?: Date | null | undefined;
  readonly until?: Date | null | undefined;
}

/** Some of a list in order, the newest last. */
export interface Page<E> {
  readonly events: readonly E[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

/** Most entries of a page, and how many there are in one that does not say. */
export const MOST_ENTRIES = 1000;
export const USUAL_ENTRIES = 100;

/**
 * Reads one page.
 * @param find finds what is between the cursors
 * @throws GatewayError BAD_USER_INPUT for a count out of range, and what `find` throws
 */
export async function readPageOf<E>(
  range: PageRange,
  find: (part: EntryQuery) => Promise<readonly E[]>,
): Promise<Page<E>> {
  check(range);
  const { first, last, after, before, since, until } = range;
  const from = first == null ? 'end' : 'start';
  const count = first ?? last ?? USUAL_ENTRIES;
  // One more tells whether there are more.
  const found = await find({ limit: count + 1, from, since: since?.getTime(), until: until?.getTime() });
  const isMore = found.length > count;
  return {
    events: from === 'start' ? found.slice(0, count) : found.slice(isMore ? 1 : 0),
    hasNext: from === 'start' ? isMore : before != null,
    hasPrevious: from === 'end' ? isMore : after != null,
  };
}

function check({ first, last, since, until }: PageRange): void {
  const issues: Issue[] = [];
  for (const [name, value] of Object.entries({ first, last })) {
    if (value != null && (value < 0 || value > MOST_ENTRIES))
      issues.push({ path: [name], message: `must be between 0 and ${MOST_ENTRIES}` });
  }
  if (first != null && last != null) issues.push({ path: ['last'], message: 'must be left out beside first' });
  if (since != null && until != null && since > until)
    issues.push({ path: ['until'], message: 'must not be before since' });
  if (issues.length > 0) throw badInput(issues);
}

/** The failure of a page whose cursor is not of the list. */
export function cursorExpired(): GatewayError {
  return new GatewayError('CURSOR_EXPIRED', 'This cursor is not of the present history: ask again without it.');
}
