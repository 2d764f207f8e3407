import { type ReadonlySignal, signal } from '@preact/signals';
import type { ApiError } from '../api/errors.ts';
import { ChangeAfterDocument, type ChangeAfterQuery, ChangesAroundDocument } from '../graphql/graphql.ts';
import type { Surroundings } from '../model/past.ts';
import type { App } from './app.ts';
import type { Change } from './changes.ts';

export type WholeChange = NonNullable<ChangeAfterQuery['history']>['edges'][number]['node'];

/** One change with what was told before and after it. */
export interface Moment extends Surroundings {
  readonly change: WholeChange;
  /** The changes beside it; undefined where there is none. */
  readonly previous: Change | undefined;
  readonly next: Change | undefined;
  /** Whether all that is kept of the time before has been read. */
  readonly isFromBegin: boolean;
}

export interface MomentStore {
  readonly moment: ReadonlySignal<Moment | undefined>;
  readonly error: ReadonlySignal<ApiError | undefined>;
  load(): Promise<void>;
}

/** The most changes on either side that are read; it is the most that the gateway sends at once. */
export const MOST_AROUND = 1000;
const TIMEOUT_MS = 30_000;
const NOT_KEPT: ApiError = {
  code: 'CURSOR_EXPIRED',
  message: 'The history does not have this change, or not any more.',
  retryable: false,
  details: {},
};

/** Asks for the change of a cursor. The schema has pages only, so it is the first after the one before it. */
export function createMoment({ session }: Pick<App, 'session'>, cursor: string): MomentStore {
  const moment = signal<Moment | undefined>(undefined);
  const error = signal<ApiError | undefined>(undefined);
  return {
    moment,
    error,
    async load() {
      const around = await session.ask(ChangesAroundDocument, { cursor, most: MOST_AROUND }, TIMEOUT_MS);
      error.value = around.error;
      if (around.error !== undefined) return;
      const { earlier, later } = around.data;
      const before = earlier?.edges.map(({ node }) => node) ?? [];
      const after = later?.edges.map(({ node }) => node) ?? [];
      const own = await session.ask(ChangeAfterDocument, { after: before.at(-1)?.cursor ?? null }, TIMEOUT_MS);
      error.value = own.error;
      if (own.error !== undefined) return;
      const change = own.data.history?.edges[0]?.node;
      if (change?.cursor !== cursor) error.value = NOT_KEPT;
      else {
        moment.value = {
          change,
          previous: before.at(-1),
          next: after[0],
          until: [...before, change],
          later: after,
          isUntilNow: later?.pageInfo.hasNextPage === false,
          isFromBegin: earlier?.pageInfo.hasPreviousPage === false,
        };
      }
    },
  };
}
