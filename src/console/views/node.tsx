import { useMemo } from 'preact/hooks';
import { NodeDetailDocument } from '../graphql/graphql.ts';
import { type ClusterNode, timeOf } from '../model/cluster.ts';
import { linksOf, opinionsOf } from '../model/node-page.ts';
import { nodeWord } from '../model/words.ts';
import { useApp, useHeld } from '../parts/app-context.ts';
import { AvailabilityFacets } from '../parts/availability.tsx';
import { Badge } from '../parts/badge.tsx';
import { LinkTable } from '../parts/link-table.tsx';
import { NameText } from '../parts/names.tsx';
import { Empty, Failure, Loading, Notice } from '../parts/notice.tsx';
import { OpinionTable } from '../parts/opinion-table.tsx';
import { Page, Section } from '../parts/page.tsx';
import { Age, NotKnown, Since } from '../parts/time.tsx';
import { WhatIsWrong } from '../parts/what-is-wrong.tsx';
import { createNodeDetail, type NodeDetail } from '../state/detail.ts';
import type { Polled } from '../state/polled.ts';
import type { ViewProps } from './view-props.ts';

/** Everything of one node. */
export function NodeView({ rest: [name = ''] }: ViewProps) {
  const { cluster } = useApp();
  const node = cluster.cluster.value?.nodes.find((each) => each.name === name);
  if (node === undefined) return <UnknownNode name={name} />;
  return <KnownNode node={node} />;
}

function UnknownNode({ name }: { readonly name: string }) {
  return (
    <Page title="Unknown node">
      <Notice
        tone="info"
        title={
          <>
            No node is called <NameText name={name} />.
          </>
        }
      >
        <p>
          It may have been removed or renamed. <a href="#/nodes">Look at all nodes</a>
        </p>
      </Notice>
    </Page>
  );
}

function KnownNode({ node }: { readonly node: ClusterNode }) {
  const app = useApp();
  const { cluster } = app;
  const { name } = node;
  const detail = useMemo(() => createNodeDetail(app, name), [app, name]);
  useHeld(detail);
  const problems = cluster.problems.value.filter(
    ({ nodes, pairs }) => nodes.includes(name) || pairs.some((pair) => pair.includes(name)),
  );
  const whole = cluster.cluster.value;
  return (
    <Page
      title={name}
      heading={<NameText name={name} />}
      aside={
        <p>
          <Badge state={nodeWord(node.state)} /> <Since at={timeOf(node.stateSince)} />
        </p>
      }
    >
      <WhatIsWrong problems={problems} />
      <Facets node={node} detail={detail.data.value} />
      <Section title="Links">
        {whole && <LinkTable links={linksOf(name, whole)} from={name} figures={detail.data.value?.links ?? []} />}
      </Section>
      <Section
        title="Its own view and the views of the others"
        aside={<DetailAge detail={detail} />}
        asked={{ document: NodeDetailDocument, variables: { name } }}
      >
        <Opinions name={name} detail={detail} />
      </Section>
    </Page>
  );
}

interface FacetsProps {
  readonly node: ClusterNode;
  readonly detail: NodeDetail | undefined;
}

function Facets({ node, detail }: FacetsProps) {
  const more = detail?.subject[0];
  return (
    <dl class="facets">
      <div>
        <dt>Member</dt>
        <dd>{node.isMember ? 'Yes' : 'No'}</dd>
      </div>
      <Facet name="Harper" value={node.version} />
      <Facet name="Shard" value={more?.view?.shard?.toString() ?? null} none="without sharding" />
      <Facet name="Replication URL" value={more?.url} />
      <Facet name="Operations API" value={more?.operationsUrl} />
      <AvailabilityFacets subject={{ node: node.name }} />
    </dl>
  );
}

interface FacetProps {
  readonly name: string;
  readonly value: string | null | undefined;
  readonly none?: string;
}

function Facet({ name, value, none }: FacetProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value ? <bdi>{value}</bdi> : <NotKnown {...(none !== undefined && { why: none })} />}</dd>
    </div>
  );
}

function DetailAge({ detail: { at } }: { readonly detail: Polled<unknown> }) {
  if (at.value === undefined) return null;
  return (
    <span class="muted">
      asked <Age at={at.value} /> ago
    </span>
  );
}

function Opinions({
  name,
  detail: { data, error },
}: {
  readonly name: string;
  readonly detail: Polled<NodeDetail | undefined>;
}) {
  if (data.value === undefined) {
    if (error.value !== undefined) return <Failure title="The nodes could not be asked." error={error.value} />;
    return <Loading what="Asking the nodes …" />;
  }
  const opinions = opinionsOf(name, data.value);
  if (opinions.length === 0) return <Empty>There is no other node.</Empty>;
  return (
    <>
      {error.value !== undefined && <Failure title="The nodes could not be asked again." error={error.value} />}
      {data.value.subject[0]?.view === null && (
        <Notice tone="warn" title="It could not be asked. Only the views of the others are known." />
      )}
      <OpinionTable name={name} opinions={opinions} />
    </>
  );
}
