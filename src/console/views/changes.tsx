import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { MutationHistoryDocument } from '../graphql/graphql.ts';
import { AddForm } from '../parts/add-form.tsx';
import { useApp, useHeld } from '../parts/app-context.ts';
import { OutcomeNotice } from '../parts/change-outcome.tsx';
import { FirstCopy, Running, SinceThen } from '../parts/change-progress.tsx';
import { ConfigureForm } from '../parts/configure-form.tsx';
import { MutationList } from '../parts/mutation-list.tsx';
import { NameText } from '../parts/names.tsx';
import { NodeChoice } from '../parts/node-choice.tsx';
import { Failure, Loading } from '../parts/notice.tsx';
import { Page, Section } from '../parts/page.tsx';
import { PlanConfirm } from '../parts/plan-confirm.tsx';
import { PlanDiff } from '../parts/plan-diff.tsx';
import { RemoveForm } from '../parts/remove-form.tsx';
import { RoutesForm } from '../parts/routes-form.tsx';
import { UpdateForm } from '../parts/update-form.tsx';
import type { ChangeKind } from '../state/change-flow.ts';
import { createMutationHistory } from '../state/changing.ts';
import type { ViewProps } from './view-props.ts';

interface Kind {
  readonly kind: ChangeKind;
  readonly title: string;
  readonly text: string;
  /** The form, given the node it is about. */
  readonly form: (name: string | undefined) => ComponentChildren;
}

const KINDS: readonly Kind[] = [
  {
    kind: 'add',
    title: 'Add a node',
    text: 'A node joins the cluster and gets a first copy of its databases.',
    form: () => <AddForm />,
  },
  {
    kind: 'update',
    title: 'Update a node',
    text: 'What is replicated with it, its address, shard or login.',
    form: (name) =>
      name === undefined ? (
        <NodeChoice kind="update" question="Which node is to be updated?" />
      ) : (
        <UpdateForm key={name} name={name} />
      ),
  },
  {
    kind: 'remove',
    title: 'Remove a node',
    text: 'A node leaves the cluster. Its data stay with it.',
    form: (name) =>
      name === undefined ? (
        <NodeChoice kind="remove" question="Which node is to be removed?" />
      ) : (
        <RemoveForm key={name} name={name} />
      ),
  },
  {
    kind: 'configure',
    title: 'Configure the cluster',
    text: 'The whole wanted set of peers, as a table or as JSON.',
    form: () => <ConfigureForm />,
  },
  {
    kind: 'routes',
    title: 'Routes',
    text: 'Where nodes are found when Harper starts.',
    form: (name) => <RoutesForm key={name ?? ''} node={name} />,
  },
];

/** What can be changed, and what was changed by whom. */
export function ChangesView({ rest: [wanted, name] }: ViewProps) {
  const { changing } = useApp();
  const kind = KINDS.find((each) => each.kind === wanted);
  const stage = changing.stage.value;
  const isMade = stage.kind === 'running';
  // A change that is being made is shown wherever somebody goes meanwhile.
  const shown = isMade ? KINDS.find((each) => each.kind === changing.kind.value) : kind;
  const about = isMade ? changing.subject.value : name;
  return (
    <Page
      title={shown?.title ?? 'Changes'}
      {...(shown && about !== undefined && { heading: <Heading title={shown.title} name={about} /> })}
      {...(shown && { aside: <a href="#/changes">All changes</a> })}
      asked={null}
    >
      {shown === undefined ? <Choices /> : <Flow kind={shown} name={name} />}
      <History />
    </Page>
  );
}

function Heading({ title, name }: { readonly title: string; readonly name: string }) {
  return (
    <>
      {title}: <NameText name={name} />
    </>
  );
}

function Choices() {
  return (
    <ul class="change-kinds">
      {KINDS.map(({ kind, title, text }) => (
        <li key={kind}>
          <a href={`#/changes/${kind}`}>{title}</a>
          <p class="muted">{text}</p>
        </li>
      ))}
    </ul>
  );
}

/** One change, as far as it is. */
function Flow({ kind: { kind, form }, name }: { readonly kind: Kind; readonly name: string | undefined }) {
  const { changing } = useApp();
  useEffect(() => changing.begin(kind, name), [changing, kind, name]);
  const stage = changing.stage.value;
  if (changing.kind.value !== kind) return null;
  switch (stage.kind) {
    case 'form':
    case 'planning':
      return <div class="flow">{form(name)}</div>;
    case 'plan':
      return <PlanConfirm kind={kind} plan={stage.plan} conflict={stage.conflict} />;
    case 'running':
    case 'done':
      return (
        <>
          {stage.kind === 'running' ? <Running began={stage.began} /> : <OutcomeNotice outcome={stage.outcome} />}
          {stage.kind === 'done' && (
            <div class="actions">
              <button type="button" onClick={changing.edit}>
                Plan again
              </button>
              <a href="#/changes">All changes</a>
            </div>
          )}
          {kind === 'add' && changing.subject.value !== undefined && <FirstCopy name={changing.subject.value} />}
          <SinceThen began={stage.began} />
          <Section title="What was planned" asked={null}>
            <PlanDiff plan={stage.plan} />
          </Section>
        </>
      );
  }
}

const FEW = 10;
const MANY = 200;

/** Who has changed what. */
function History() {
  const app = useApp();
  const [most, setMost] = useState(FEW);
  const history = useMemo(() => createMutationHistory(app, most), [app, most]);
  useHeld(history);
  const { value } = history.data;
  return (
    <Section title="Who has changed what" asked={{ document: MutationHistoryDocument, variables: { last: most } }}>
      {history.error.value !== undefined && (
        <Failure title="The history of changes could not be asked." error={history.error.value} />
      )}
      {value === undefined && history.error.value === undefined && <Loading what="Asking for the history …" />}
      {value !== undefined && <MutationList mutations={value.rows} />}
      {value?.hasMore && most === FEW && (
        <button type="button" onClick={() => setMost(MANY)}>
          Show the last {MANY}
        </button>
      )}
    </Section>
  );
}
