import { useState } from 'preact/hooks';
import { count } from '../format.ts';
import type { Problem } from '../model/problem.ts';
import { ToneIcon } from './icon.tsx';
import { MessageText, NodeLink, PairLink, SentenceText } from './names.tsx';
import { Since } from './time.tsx';

/** How many problems, and links of one problem, are shown before somebody asks for all. */
const FIRST = 12;

/** What is wrong, worst first, each with since when, why and what to do. */
export function ProblemList({ problems }: { readonly problems: readonly Problem[] }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? problems : problems.slice(0, FIRST);
  return (
    <>
      <ul class="problems">
        {shown.map((problem) => (
          <ProblemItem key={problem.key} problem={problem} />
        ))}
      </ul>
      {shown.length < problems.length && (
        <button type="button" onClick={() => setWhole(true)}>
          Show {count(problems.length - shown.length, 'more problem')}
        </button>
      )}
    </>
  );
}

const WORDS = new Map([
  ['bad', 'Fault'],
  ['warn', 'Warning'],
]);

function ProblemItem({
  problem: { tone, title, reasons, remedy, since, nodes, pairs },
}: {
  readonly problem: Problem;
}) {
  return (
    <li class="problem" data-tone={tone}>
      <div class="problem-head">
        <ToneIcon tone={tone} />
        <p class="problem-title">
          <span class="hidden">{WORDS.get(tone) ?? 'Note'}: </span>
          <SentenceText parts={title} />
        </p>
        {since !== undefined && <Since at={since} />}
      </div>
      {reasons.map((reason) => (
        <p key={reason}>
          <MessageText text={reason} />
        </p>
      ))}
      {remedy !== undefined && (
        <p class="remedy">
          <strong>What to do:</strong> <MessageText text={remedy} />
        </p>
      )}
      <Places nodes={nodes} pairs={pairs} />
    </li>
  );
}

/** Where more is told. */
function Places({ nodes, pairs }: Pick<Problem, 'nodes' | 'pairs'>) {
  const rest = pairs.length - FIRST;
  if (nodes.length + pairs.length === 0) return null;
  return (
    <ul class="places">
      {nodes.slice(0, FIRST).map((name) => (
        <li key={name}>
          <NodeLink name={name} />
        </li>
      ))}
      {pairs.slice(0, FIRST).map((pair) => (
        <li key={pair.join('\0')}>
          <PairLink nodes={pair} />
        </li>
      ))}
      {rest > 0 && <li class="muted">and {count(rest, 'more pair')}</li>}
    </ul>
  );
}
