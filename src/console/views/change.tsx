import { useEffect, useMemo } from 'preact/hooks';
import { count } from '../format.ts';
import { ChangesAroundDocument } from '../graphql/graphql.ts';
import { type Cluster, timeOf } from '../model/cluster.ts';
import { pastOf } from '../model/past.ts';
import { formatHash } from '../model/route.ts';
import { changeWord, clusterWord } from '../model/words.ts';
import { useApp } from '../parts/app-context.ts';
import { Badge } from '../parts/badge.tsx';
import { MessageText, NameList, NodeLink } from '../parts/names.tsx';
import { Failure, Loading } from '../parts/notice.tsx';
import { Page, Section } from '../parts/page.tsx';
import { PastDetail } from '../parts/past-detail.tsx';
import type { Query } from '../parts/show-query.tsx';
import { Age, Moment } from '../parts/time.tsx';
import { createMoment, MOST_AROUND, type Moment as MomentOfChange, type WholeChange } from '../state/past.ts';
import type { ViewProps } from './view-props.ts';

/** One change, with how things were when it was told. */
export function ChangeView({ rest: [cursor = ''] }: ViewProps) {
  const app = useApp();
  const store = useMemo(() => createMoment(app, cursor), [app, cursor]);
  useEffect(() => {
    store.load().catch((error: unknown) => reportError(error));
  }, [store]);
  const moment = store.moment.value;
  const error = store.error.value;
  const whole = app.cluster.cluster.value;
  const asked = { document: ChangesAroundDocument, variables: { cursor, most: MOST_AROUND } };
  return (
    <Page
      title="A change"
      heading={moment === undefined ? 'A change' : changeWord(moment.change.kind).word}
      aside={<a href="#/timeline">All changes</a>}
      asked={asked}
    >
      {error !== undefined && <Failure title="This change could not be read." error={error} isRepeated={false} />}
      {error === undefined && moment === undefined && <Loading what="Asking for the history …" />}
      {moment !== undefined && whole !== undefined && <Told asked={asked} moment={moment} whole={whole} />}
    </Page>
  );
}

interface ToldProps {
  readonly asked: Query;
  readonly moment: MomentOfChange;
  readonly whole: Cluster;
}

function Told({ asked, moment, whole }: ToldProps) {
  // What is now is used as it was when the page asked: what comes later is not of that moment.
  const past = useMemo(() => pastOf(moment, whole), [moment]);
  const { change, previous, next, until, isFromBegin } = moment;
  return (
    <>
      <ChangeFacets change={change} />
      <nav class="pager" aria-label="Changes beside this one">
        {previous !== undefined && <Beside title="The one before" cursor={previous.cursor} />}
        {next !== undefined && <Beside title="The next" cursor={next.cursor} />}
      </nav>
      <Section title="How things were then" asked={asked}>
        <PastDetail past={past} state={clusterWord(change.state)} />
        <p class="muted small">
          Worked out from {count(until.length, 'change')} up to then,{' '}
          {isFromBegin ? 'all that are kept' : 'the last of many'}, and from those after it.
        </p>
      </Section>
    </>
  );
}

function Beside({ title, cursor }: { readonly title: string; readonly cursor: string }) {
  return (
    <a class="button" href={formatHash(['timeline', cursor])}>
      {title}
    </a>
  );
}

function ChangeFacets({ change }: { readonly change: WholeChange }) {
  const { kind, message, nodes, databases, observedAt, seenLate, disagreement } = change;
  const at = timeOf(observedAt) ?? 0;
  return (
    <article class="card" data-tone={changeWord(kind).tone}>
      <p class="change-message">
        <MessageText text={message} />
      </p>
      {disagreement?.remedy && (
        <p class="remedy">
          <strong>What to do:</strong> <MessageText text={disagreement.remedy} />
        </p>
      )}
      {seenLate && (
        <p>
          <Badge state={{ word: 'Seen late', tone: 'warn' }} /> It happened at some time before <Moment at={at} />,
          while the cluster was not watched.
        </p>
      )}
      <dl class="figures">
        <dt>{seenLate ? 'First seen' : 'At'}</dt>
        <dd>
          <Moment at={at} />, <Age at={at} /> ago
        </dd>
        {databases.length > 0 && (
          <>
            <dt>Databases</dt>
            <dd>
              <NameList names={databases} />
            </dd>
          </>
        )}
        <dt>Nodes</dt>
        <dd class="places">
          {nodes.map((name) => (
            <NodeLink key={name} name={name} />
          ))}
        </dd>
      </dl>
    </article>
  );
}
