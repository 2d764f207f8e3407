import { ClusterChangesDocument, GatewayStateDocument } from '../graphql/graphql.ts';
import { useApp, useGatewayState } from '../parts/app-context.ts';
import { BackendList } from '../parts/backend-list.tsx';
import { ChangeList } from '../parts/change-list.tsx';
import { CountTiles } from '../parts/count-tiles.tsx';
import { ToneIcon } from '../parts/icon.tsx';
import { SentenceText } from '../parts/names.tsx';
import { Empty, Failure, Loading } from '../parts/notice.tsx';
import { Page, Section } from '../parts/page.tsx';
import { WhatIsWrong } from '../parts/what-is-wrong.tsx';

const MOST_CHANGES = 8;

/** How the cluster is: one sentence, counts, and what is wrong, worst first. */
export function OverviewView() {
  const { cluster } = useApp();
  const problems = cluster.problems.value;
  const trust = cluster.trust.value;
  return (
    <Page title="Overview">
      <Summary />
      <CountTiles />
      {(trust.kind === 'lost' || trust.kind === 'untold') && <WhyLost />}
      <WhatIsWrong problems={problems} none={<NoProblems />} />
      <Section title="Latest changes" asked={{ document: ClusterChangesDocument }}>
        <LatestChanges />
      </Section>
    </Page>
  );
}

function Summary() {
  const { cluster } = useApp();
  const summary = cluster.summary.value;
  if (summary === undefined) return null;
  const isNow = cluster.trust.value.kind === 'live';
  return (
    <div class="summary" data-tone={isNow ? summary.tone : 'off'}>
      <ToneIcon tone={isNow ? summary.tone : 'off'} />
      <div>
        <p class="summary-word">{isNow ? summary.word : `Was ${summary.word.toLowerCase()}`}</p>
        <p class="summary-text">
          {!isNow && 'As last seen: '}
          <SentenceText parts={summary.text} />
        </p>
      </div>
    </div>
  );
}

function LatestChanges() {
  const { changes } = useApp();
  const entries = changes.entries.value.slice(0, MOST_CHANGES);
  const missing = changes.missing.value;
  const failure = changes.failure.value;
  return (
    <>
      {failure !== undefined && <Failure title="New changes are not told at the moment." error={failure} />}
      {entries.length > 0 && <ChangeList entries={entries} />}
      {missing === undefined && entries.length === 0 && (
        <Empty>None since the gateway began to watch the cluster. What changes is told once it has lasted.</Empty>
      )}
      {missing === 'asked' && failure === undefined && entries.length === 0 && (
        <Loading what="Asking for the history …" />
      )}
      {typeof missing === 'object' && <Failure title="Earlier changes could not be asked for." error={missing} />}
    </>
  );
}

function NoProblems() {
  const { cluster } = useApp();
  const state = cluster.cluster.value?.state;
  if (cluster.trust.value.kind !== 'live') return <Empty>Nothing was known to be wrong.</Empty>;
  if (state === 'HEALTHY' || state === 'STANDALONE')
    return <Empty>Nothing. Every node answers, and their views fit together.</Empty>;
  return <Empty>The gateway has not told yet what it is. It is likely to pass by itself.</Empty>;
}

/** Which node the gateway cannot read, and why. */
function WhyLost() {
  const { data, error } = useGatewayState();
  return (
    <Section title="What the gateway says of each node" asked={{ document: GatewayStateDocument }}>
      {error.value !== undefined && <Failure title="The gateway could not be asked." error={error.value} />}
      {data.value !== undefined && <BackendList backends={data.value.backends} />}
    </Section>
  );
}
