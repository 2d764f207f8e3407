import type { MutationHistoryQuery } from '../graphql/graphql.ts';
import { resultWord } from '../model/change-result.ts';
import { timeOf } from '../model/cluster.ts';
import type { StateWord } from '../model/words.ts';
import { Badge } from './badge.tsx';
import { StepList } from './change-result.tsx';
import { MessageText, NameList, NameText } from './names.tsx';
import { Empty } from './notice.tsx';
import { Moment, NotKnown } from './time.tsx';

type MutationRow = NonNullable<MutationHistoryQuery['mutations']>['edges'][number]['node'];

/** The mutations that were asked for, the newest first: who, what, when, and what came of it. */
export function MutationList({ mutations }: { readonly mutations: readonly MutationRow[] }) {
  if (mutations.length === 0) return <Empty>No change is known that anybody asked for.</Empty>;
  return (
    <table class="table mutations">
      <caption class="hidden">Changes that were asked for</caption>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Who</th>
          <th scope="col">What</th>
          <th scope="col">Outcome</th>
        </tr>
      </thead>
      <tbody>
        {mutations.map((row) => (
          <MutationRowView key={row.cursor} row={row} />
        ))}
      </tbody>
    </table>
  );
}

function MutationRowView({ row }: { readonly row: MutationRow }) {
  const word = resultOf(row);
  const reasons = row.reason === null ? row.warnings : [row.reason, ...row.warnings];
  return (
    <tr data-tone={word.tone}>
      <td data-label="When">
        <Moment at={timeOf(row.begunAt) ?? 0} />
      </td>
      <td data-label="Who">{row.user === null ? <NotKnown why="without a login" /> : <NameText name={row.user} />}</td>
      <td data-label="What">
        {WHAT.get(row.mutation) ?? row.mutation} <NameList names={row.targets} />
      </td>
      <td data-label="Outcome">
        <Badge state={word} />
        {reasons.map((reason) => (
          <p key={reason} class="reason">
            <MessageText text={reason} />
          </p>
        ))}
        {row.steps.length > 0 && (
          <details class="more">
            <summary>Steps</summary>
            <StepList
              steps={row.steps.map(({ at, kind, ...step }) => ({
                ...step,
                at: at ?? undefined,
                kind: kind ?? undefined,
              }))}
            />
          </details>
        )}
      </td>
    </tr>
  );
}

const WHAT = new Map([
  ['addNode', 'Add'],
  ['updateNode', 'Update'],
  ['removeNode', 'Remove'],
  ['configureCluster', 'Configure'],
  ['setRoutes', 'Set routes'],
  ['deleteRoutes', 'Delete routes'],
]);

function resultOf({ outcome, outcomeUnknown, endedAt, isRunning }: MutationRow): StateWord {
  if (isRunning) return { word: 'Running', tone: 'info' };
  if (endedAt === null || outcome === null) return { word: 'Never told', tone: 'warn' };
  return outcomeUnknown ? { word: 'Unknown', tone: 'warn' } : resultWord(outcome);
}
