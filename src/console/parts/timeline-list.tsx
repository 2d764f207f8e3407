import { Component } from 'preact';
import { clockTime, dayName, exactTime } from '../format.ts';
import { timeOf } from '../model/cluster.ts';
import { formatHash } from '../model/route.ts';
import { byDay, type Entry } from '../model/timeline.ts';
import { changeWord } from '../model/words.ts';
import type { Change } from '../state/changes.ts';
import { useApp } from './app-context.ts';
import { Badge } from './badge.tsx';
import { GapRow } from './change-list.tsx';
import { MessageText } from './names.tsx';

/** Changes by day, the newest first. */
export function TimelineList({ entries }: { readonly entries: readonly Entry[] }) {
  const { clock } = useApp();
  return (
    <>
      {byDay(entries).map(({ noon, entries: some }, index) => (
        <section key={`${noon}-${index}`} class="day">
          <h3>{dayName(noon, clock.today.value)}</h3>
          <ol class="changes">
            {some.map((entry) =>
              entry.kind === 'gap' ? (
                <GapRow key={`gap-${entry.gap.from}`} gap={entry.gap} />
              ) : (
                <ChangeRow key={entry.change.cursor} change={entry.change} />
              ),
            )}
          </ol>
        </section>
      ))}
    </>
  );
}

interface ChangeRowProps {
  readonly change: Change;
}

/** A change never changes, so its row is rendered once. */
class ChangeRow extends Component<ChangeRowProps> {
  override shouldComponentUpdate({ change }: ChangeRowProps): boolean {
    return change.cursor !== this.props.change.cursor;
  }

  override render() {
    const { cursor, kind, message, observedAt, seenLate } = this.props.change;
    const at = timeOf(observedAt) ?? 0;
    return (
      <li>
        <time dateTime={observedAt} title={exactTime(at)}>
          {seenLate && 'before '}
          {clockTime(at, at)}
        </time>
        <Badge state={changeWord(kind)} />
        <span class="change-text">
          <a href={formatHash(['timeline', cursor])}>
            <MessageText text={message} />
          </a>
          {seenLate && <span class="muted"> Seen late: it happened while the cluster was not watched.</span>}
        </span>
      </li>
    );
  }
}
