import { computed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { clockTime, duration, exactTime } from '../format.ts';
import { useApp } from './app-context.ts';

interface TimeProps {
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** How long ago something was, moving with the clock. Only the text is written anew, and nothing else is rendered. */
export function Age({ at }: TimeProps) {
  const { clock } = useApp();
  const text = useMemo(() => computed(() => duration(clock.now.value - at)), [clock, at]);
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at)}>
      {text}
    </time>
  );
}

/** Since when something is so: `for 4 min`, or a dash where nobody knows. */
export function Since({ at }: { readonly at: number | undefined }) {
  if (at === undefined) return <NotKnown />;
  return (
    <span class="since">
      for <Age at={at} />
    </span>
  );
}

/** A moment by the clock. */
export function Moment({ at }: TimeProps) {
  const { clock } = useApp();
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at)}>
      {clockTime(at, clock.today.value)}
    </time>
  );
}

/** What stands where there is no value. */
export function NotKnown({ why = 'not known' }: { readonly why?: string }) {
  return (
    <span class="none" title={why}>
      <span aria-hidden="true">–</span>
      <span class="hidden">{why}</span>
    </span>
  );
}
