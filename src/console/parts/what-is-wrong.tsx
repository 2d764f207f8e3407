import type { ComponentChildren } from 'preact';
import type { Problem } from '../model/problem.ts';
import { useApp } from './app-context.ts';
import { Section } from './page.tsx';
import { ProblemList } from './problem-list.tsx';

interface WhatIsWrongProps {
  readonly problems: readonly Problem[];
  /** What stands there without problems; the whole section is left out when there is nothing. */
  readonly none?: ComponentChildren;
}

/** The problems, in words that do not say of the past that it is now. */
export function WhatIsWrong({ problems, none }: WhatIsWrongProps) {
  const { cluster } = useApp();
  if (problems.length === 0 && none === undefined) return null;
  return (
    <Section title={cluster.trust.value.kind === 'live' ? 'What is wrong' : 'What was wrong'}>
      {problems.length === 0 ? none : <ProblemList problems={problems} />}
    </Section>
  );
}
