import { useState } from 'preact/hooks';
import { count } from '../format.ts';
import { AvailabilityDocument } from '../graphql/graphql.ts';
import { endsOf, type Link } from '../model/cluster.ts';
import { availabilityVariables } from '../state/availability.ts';
import { useApp } from './app-context.ts';
import { AvailabilityFacets } from './availability.tsx';
import { NameText } from './names.tsx';
import { Section } from './page.tsx';

/** How many databases are asked for before somebody asks for all: each is a request. */
const FIRST = 8;
const NO_LINK = { nodes: [], database: '' };

/** How much of the time two nodes were connected both ways, by database. */
export function LinkAvailability({ links }: { readonly links: readonly Link[] }) {
  const { clock } = useApp();
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? links : links.slice(0, FIRST);
  const [
    {
      nodes: [node = '', peer = ''],
      database,
    } = NO_LINK,
  ] = links;
  const asked = {
    document: AvailabilityDocument,
    variables: availabilityVariables({ node, peer, database }, clock.now.peek()),
  };
  return (
    <Section title="Connected both ways" asked={asked}>
      {shown.map((link) => {
        const [node, peer] = endsOf(link);
        return (
          <dl key={link.database} class="facets">
            <div>
              <dt>Database</dt>
              <dd>
                <NameText name={link.database} />
              </dd>
            </div>
            <AvailabilityFacets subject={{ node, peer, database: link.database }} />
          </dl>
        );
      })}
      {shown.length < links.length && (
        <button type="button" onClick={() => setWhole(true)}>
          Show {count(links.length - shown.length, 'more database')}
        </button>
      )}
    </Section>
  );
}
