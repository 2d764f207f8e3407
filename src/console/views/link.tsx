import { useMemo } from 'preact/hooks';
import { LinkDetailDocument } from '../graphql/graphql.ts';
import { byName, type Ends, endsOf, type Link, pairKey } from '../model/cluster.ts';
import { linkSeverity } from '../model/words.ts';
import { useApp, useHeld } from '../parts/app-context.ts';
import { DatabaseLink } from '../parts/database-link.tsx';
import { LinkAvailability } from '../parts/link-availability.tsx';
import { NameList, NameText, NodeLink } from '../parts/names.tsx';
import { Failure, Loading, Notice } from '../parts/notice.tsx';
import { PeerCell } from '../parts/opinion-table.tsx';
import { Page, Section } from '../parts/page.tsx';
import { WhatIsWrong } from '../parts/what-is-wrong.tsx';
import { createLinkDetail, type LinkDetail } from '../state/detail.ts';
import type { ViewProps } from './view-props.ts';

/** Everything between two nodes: each database, both directions, both views. */
export function LinkView({ rest: [one = '', other = ''] }: ViewProps) {
  const app = useApp();
  const { cluster } = app;
  const ends = useMemo(() => endsOf({ nodes: [one, other] }), [one, other]);
  const detail = useMemo(() => createLinkDetail(app, ends), [app, ends]);
  useHeld(detail);
  const key = pairKey(ends);
  const links = (cluster.cluster.value?.links ?? [])
    .filter(({ nodes }) => pairKey(nodes) === key)
    .sort((a, b) => linkSeverity(a.state) - linkSeverity(b.state) || byName(a.database, b.database));
  const problems = cluster.problems.value.filter(
    ({ nodes, pairs }) =>
      pairs.some((pair) => pairKey(pair) === key) || (nodes.length > 0 && nodes.every((node) => ends.includes(node))),
  );
  return (
    <Page
      title={`${ends[0]} and ${ends[1]}`}
      heading={
        <>
          <NameText name={ends[0]} /> and <NameText name={ends[1]} />
        </>
      }
    >
      <WhatIsWrong problems={problems} />
      {links.length === 0 ? <NoLink ends={ends} /> : <Databases links={links} detail={detail.data.value} />}
      {links.length > 0 && <LinkAvailability links={links} />}
      <Section title="What each says of the other" asked={{ document: LinkDetailDocument, variables: { nodes: ends } }}>
        {detail.error.value !== undefined && (
          <Failure title="The nodes could not be asked." error={detail.error.value} />
        )}
        {detail.data.value === undefined ? (
          detail.error.value === undefined && <Loading what="Asking the nodes …" />
        ) : (
          <BothViews ends={ends} detail={detail.data.value} />
        )}
      </Section>
    </Page>
  );
}

function NoLink({ ends }: { readonly ends: Ends }) {
  const { cluster } = useApp();
  const [one, other] = ends;
  const nodes = cluster.cluster.value?.nodes ?? [];
  const unasked = ends.filter((end) => nodes.find(({ name }) => name === end)?.state !== 'UP');
  if (unasked.length > 0)
    return (
      <Notice tone="warn" title="It is not known whether there is a link.">
        <p>
          <NameList names={unasked} /> could not be asked, and no other node tells of one.
        </p>
      </Notice>
    );
  return (
    <Notice
      tone="info"
      title={
        <>
          There is no link between <NodeLink name={one} /> and <NodeLink name={other} />.
        </>
      }
    >
      <p>Neither has a connection to the other for any database.</p>
    </Notice>
  );
}

interface DatabasesProps {
  readonly links: readonly Link[];
  readonly detail: LinkDetail | undefined;
}

function Databases({ links, detail }: DatabasesProps) {
  return (
    <Section title="Databases" asked={{ document: LinkDetailDocument, variables: { nodes: links[0]?.nodes ?? [] } }}>
      <div class="cards">
        {links.map((link) => (
          <DatabaseLink
            key={link.database}
            link={link}
            views={
              detail?.links.find(
                (each) => pairKey(each.nodes) === pairKey(link.nodes) && each.database === link.database,
              )?.views
            }
          />
        ))}
      </div>
    </Section>
  );
}

function BothViews({ ends, detail }: { readonly ends: readonly [string, string]; readonly detail: LinkDetail }) {
  return (
    <dl class="facets">
      {ends.map((end, index) => {
        const other = ends[1 - index] ?? '';
        const view = detail.nodes.find(({ name }) => name === end)?.view;
        return (
          <div key={end}>
            <dt>
              <NodeLink name={end} /> of <NameText name={other} />
            </dt>
            <dd>
              <PeerCell
                peer={view?.connections.find(({ name }) => name === other)}
                none={view ? 'does not list it' : 'could not be asked'}
              />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
