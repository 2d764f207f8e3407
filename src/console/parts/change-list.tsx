import { timeOf } from '../model/cluster.ts';
import type { Entry, Gap } from '../model/timeline.ts';
import { changeWord } from '../model/words.ts';
import type { Change } from '../state/changes.ts';
import { Badge } from './badge.tsx';
import { Icon } from './icon.tsx';
import { MessageText } from './names.tsx';
import { Moment } from './time.tsx';

/** What has become of the cluster, the newest first. */
export function ChangeList({ entries }: { readonly entries: readonly Entry[] }) {
  return (
    <ol class="changes">
      {entries.map((entry) =>
        entry.kind === 'gap' ? (
          <GapRow key={`gap-${entry.gap.from}`} gap={entry.gap} />
        ) : (
          <ChangeRow key={entry.change.cursor} change={entry.change} />
        ),
      )}
    </ol>
  );
}

function ChangeRow({ change: { kind, message, observedAt, seenLate } }: { readonly change: Change }) {
  return (
    <li>
      <Moment at={timeOf(observedAt) ?? 0} />
      <Badge state={changeWord(kind)} />
      <span class="change-text">
        <MessageText text={message} />
        {seenLate && <span class="muted"> It happened before that, unwatched.</span>}
      </span>
    </li>
  );
}

/** A time in which changes may have been missed, where it is in a list of changes. */
export function GapRow({ gap: { from, until } }: { readonly gap: Gap }) {
  return (
    <li class="gap" data-tone="warn">
      <Icon name="warning" />
      <span class="gap-text">
        Something may have been missed between <Moment at={from} /> and <Moment at={until} />.
      </span>
    </li>
  );
}
