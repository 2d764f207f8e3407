import { useState } from 'preact/hooks';
import { count } from '../format.ts';
import { endsOf, type Link } from '../model/cluster.ts';
import { AvailabilityFacets } from './availability.tsx';
import { NameText } from './names.tsx';
import { Section } from './page.tsx';

/** How many databases are asked for before somebody asks for all: each is a request. */
const FIRST = 8;

/** How much of the time two nodes were connected both ways, by database. */
export function LinkAvailability({ links }: { readonly links: readonly Link[] }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? links : links.slice(0, FIRST);
  return (
    <Section title="Connected both ways">
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
