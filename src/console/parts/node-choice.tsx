import { byName } from '../model/cluster.ts';
import { formatHash } from '../model/route.ts';
import { nodeWord } from '../model/words.ts';
import { useApp } from './app-context.ts';
import { Badge } from './badge.tsx';
import { NameText } from './names.tsx';

/** Which node a change is about. */
export function NodeChoice({ kind, question }: { readonly kind: string; readonly question: string }) {
  const { cluster } = useApp();
  const nodes = (cluster.cluster.value?.nodes ?? []).toSorted((one, other) => byName(one.name, other.name));
  return (
    <>
      <p>{question}</p>
      <ul class="choices">
        {nodes.map(({ name, state }) => (
          <li key={name}>
            <a href={formatHash(['changes', kind, name])}>
              <NameText name={name} /> <Badge state={nodeWord(state)} />
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
