import { useMemo } from 'preact/hooks';
import { duration, exactMilliseconds, share } from '../format.ts';
import { type Availability, createAvailability, type Subject } from '../state/availability.ts';
import { useApp, useHeld } from './app-context.ts';
import { NotKnown } from './time.tsx';

const SPANS = [
  { key: 'day', title: 'Last 24 hours' },
  { key: 'week', title: 'Last 7 days' },
] as const;

/** How much of the last day and week something was up, as entries of a list of definitions. */
export function AvailabilityFacets({ subject }: { readonly subject: Subject }) {
  const app = useApp();
  const { node, peer, database } = subject;
  const store = useMemo(() => createAvailability(app, subject), [app, node, peer, database]);
  useHeld(store);
  const data = store.data.value;
  const none = store.error.value === undefined ? 'asking' : 'could not be asked';
  return (
    <>
      {SPANS.map(({ key, title }) => (
        <div key={key}>
          <dt>Up in the {title.toLowerCase()}</dt>
          <dd>{data === undefined ? <NotKnown why={none} /> : <Share of={data[key]} />}</dd>
        </div>
      ))}
    </>
  );
}

function Share({ of }: { readonly of: Availability | null }) {
  if (of === null || of.ratio === null) return <NotKnown why="not watched" />;
  const { ratio, upMs, watchedMs } = of;
  const down = watchedMs - upMs;
  return (
    <span title={`${exactMilliseconds(upMs)} of ${exactMilliseconds(watchedMs)} watched`}>
      <strong>{share(ratio)}</strong>{' '}
      <span class="muted">
        {down > 0 && (
          <>
            <span class="span">down for {duration(down)},</span>{' '}
          </>
        )}
        <span class="span">watched for {duration(watchedMs)}</span>
      </span>
    </span>
  );
}
