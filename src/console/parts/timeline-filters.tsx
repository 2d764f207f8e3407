import { byName, databasesOf, timeOf } from '../model/cluster.ts';
import { formatFilter, KINDS, type TimelineFilter } from '../model/timeline-filter.ts';
import { changeWord } from '../model/words.ts';
import { useApp } from './app-context.ts';
import { Badge } from './badge.tsx';
import { ChoiceFilter } from './choice-filter.tsx';
import { NameText } from './names.tsx';

const SPANS = [
  { title: '1 h', ms: 3_600_000 },
  { title: '24 h', ms: 86_400_000 },
  { title: '7 d', ms: 604_800_000 },
] as const;

const KIND_CHOICES = KINDS.map((kind) => ({
  value: kind as string,
  label: <Badge state={changeWord(kind)} />,
  text: changeWord(kind).word,
}));

/** Which changes are shown. It is in the address, so that a link shows the same to others. */
export function TimelineFilters({ filter }: { readonly filter: TimelineFilter }) {
  const { route, cluster } = useApp();
  const change = (part: Partial<TimelineFilter>) => route.refine(formatFilter({ ...filter, ...part }));
  const whole = cluster.cluster.value;
  const isEmpty = Object.values(formatFilter(filter)).every((text) => text === '');
  return (
    <fieldset class="filters">
      <legend class="hidden">Filter</legend>
      <ChoiceFilter
        title="Nodes"
        choices={choicesOf(whole?.nodes.map(({ name }) => name) ?? [], filter.nodes)}
        chosen={filter.nodes}
        onChange={(nodes) => change({ nodes })}
      />
      <ChoiceFilter
        title="Kinds"
        choices={KIND_CHOICES}
        chosen={filter.kinds}
        onChange={(kinds) => change({ kinds })}
      />
      <ChoiceFilter
        title="Databases"
        choices={choicesOf(databasesOf(whole?.links ?? []), filter.databases)}
        chosen={filter.databases}
        onChange={(databases) => change({ databases })}
      />
      <SinceFilter since={filter.since} onChange={(since) => change({ since })} />
      {!isEmpty && (
        <button
          type="button"
          class="quiet"
          onClick={() => change({ nodes: [], kinds: [], databases: [], since: undefined })}
        >
          Show all
        </button>
      )}
    </fieldset>
  );
}

/** What there is now, and what is chosen: a node may be gone that the changes are about. */
function choicesOf(present: readonly string[], chosen: readonly string[]) {
  return [...new Set([...present, ...chosen])]
    .sort(byName)
    .map((name) => ({ value: name, label: <NameText name={name} />, text: name }));
}

interface SinceFilterProps {
  readonly since: number | undefined;
  readonly onChange: (since: number | undefined) => void;
}

function SinceFilter({ since, onChange }: SinceFilterProps) {
  const { clock } = useApp();
  return (
    <div class="since-filter">
      <label>
        Since{' '}
        <input
          type="datetime-local"
          value={since === undefined ? '' : localText(since)}
          onChange={(event) => onChange(timeOf(event.currentTarget.value))}
        />
      </label>
      {SPANS.map(({ title, ms }) => (
        <button key={title} type="button" onClick={() => onChange(clock.time() - ms)}>
          <span class="hidden">Since the last </span>
          {title}
        </button>
      ))}
    </div>
  );
}

/** A moment as a field for date and time has it, in the zone of whoever looks. */
function localText(time: number): string {
  const local = time - new Date(time).getTimezoneOffset() * 60_000;
  return new Date(local).toISOString().slice(0, 16);
}
