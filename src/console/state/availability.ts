import { mapAnswer } from '../api/answer.ts';
import { AvailabilityDocument, type AvailabilityQuery } from '../graphql/graphql.ts';
import type { App } from './app.ts';
import { createPolled, type Polled } from './polled.ts';

export type Availability = NonNullable<AvailabilityQuery['day']>;

/** A node, or the link of two nodes for one database. */
export interface Subject {
  readonly node: string;
  readonly peer?: string;
  readonly database?: string;
}

const TIMEOUT_MS = 15_000;
const INTERVAL_MS = 60_000;
const DAY_MS = 86_400_000;

/** What is asked at a time. */
export function availabilityVariables(subject: Subject, now: number) {
  const before = (milliseconds: number) => new Date(now - milliseconds).toISOString();
  return { ...subject, day: before(DAY_MS), week: before(7 * DAY_MS) };
}

/** How much of the last day, and of the last seven, something was up. */
export function createAvailability(
  { session, clock }: Pick<App, 'session' | 'clock'>,
  subject: Subject,
): Polled<AvailabilityQuery> {
  return createPolled({
    ask: async () =>
      mapAnswer(
        await session.ask(AvailabilityDocument, availabilityVariables(subject, clock.time()), TIMEOUT_MS),
        (data) => data,
      ),
    time: clock.time,
    intervalMs: () => INTERVAL_MS,
  });
}
