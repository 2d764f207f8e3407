import { timeOf } from '../model/cluster.ts';
import { changeWord } from '../model/words.ts';
import type { Change } from '../state/changes.ts';
import { Badge } from './badge.tsx';
import { MessageText } from './names.tsx';
import { Empty } from './notice.tsx';
import { Moment } from './time.tsx';

/** What has become of the cluster, the newest first. */
export function ChangeList({ changes }: { readonly changes: readonly Change[] }) {
  if (changes.length === 0) return <Empty>None since the cluster is watched.</Empty>;
  return (
    <ol class="changes">
      {changes.map(({ cursor, kind, message, observedAt, seenLate }) => (
        <li key={cursor}>
          <Moment at={timeOf(observedAt) ?? 0} />
          <Badge state={changeWord(kind)} />
          <span class="change-text">
            <MessageText text={message} />
            {seenLate && <span class="muted"> It happened before that, unwatched.</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
