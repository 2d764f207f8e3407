import { ClusterChangesDocument, GatewayStateDocument } from '../graphql/graphql.ts';
import { useApp, useHeld } from '../parts/app-context.ts';
import { BackendList } from '../parts/backend-list.tsx';
import { ChangeList } from '../parts/change-list.tsx';
import { CountTiles } from '../parts/count-tiles.tsx';
import { ToneIcon } from '../parts/icon.tsx';
import { SentenceText } from '../parts/names.tsx';
import { Empty } from '../parts/notice.tsx';
import { Page, Section } from '../parts/page.tsx';
import { WhatIsWrong } from '../parts/what-is-wrong.tsx';

/** How the cluster is: one sentence, counts, and what is wrong, worst first. */
export function OverviewView() {
  const { cluster, changes } = useApp();
  const problems = cluster.problems.value;
  const trust = cluster.trust.value;
  return (
    <Page title="Overview">
      <Summary />
      <CountTiles />
      {trust.kind === 'lost' && <WhyLost />}
      <WhatIsWrong problems={problems} none={<NoProblems />} />
      <Section title="Latest changes" asked={{ document: ClusterChangesDocument }}>
        <ChangeList changes={changes.recent.value.slice(0, 8)} />
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
          <SentenceText parts={summary.text} />
        </p>
      </div>
    </div>
  );
}

function NoProblems() {
  const { cluster } = useApp();
  if (cluster.cluster.value?.state === 'HEALTHY' || cluster.cluster.value?.state === 'STANDALONE')
    return <Empty>Nothing. Every node answers, and their views fit together.</Empty>;
  return <Empty>The gateway has not told yet what it is. It is likely to pass by itself.</Empty>;
}

/** Which node the gateway cannot read, and why. */
function WhyLost() {
  const { gateway } = useApp();
  useHeld(gateway);
  const { value } = gateway.data;
  if (value === undefined) return null;
  return (
    <Section title="What the gateway says of each node" asked={{ document: GatewayStateDocument }}>
      <BackendList backends={value.backends} />
    </Section>
  );
}
