import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { shortened, withoutTurns } from '../format.ts';
import { LiveClusterDocument } from '../graphql/graphql.ts';
import { type Query, ShowQuery } from './show-query.tsx';

/** The document that every view is made of, beside what it asks for itself. */
const LIVE: Query = { document: LiveClusterDocument };

interface PageProps {
  /** Also the title of the browser's tab. */
  readonly title: string;
  /** The heading, where it is more than the title. */
  readonly heading?: ComponentChildren;
  /** What stands beside the heading. */
  readonly aside?: ComponentChildren;
  /** What was asked for what stands above the first section: the live cluster when left out, null for nothing. */
  readonly asked?: Query | null;
  readonly children: ComponentChildren;
}

/** A view with its heading, to which the focus moves when somebody goes there. */
export function Page({ title, heading = title, aside, asked = LIVE, children }: PageProps) {
  useEffect(() => {
    document.title = `${shortened(withoutTurns(title), 100)} – Harper cluster`;
  }, [title]);
  return (
    <div class="page">
      <div class="page-head">
        <h1 id="heading" tabIndex={-1}>
          {heading}
        </h1>
        {aside}
        {asked !== null && <ShowQuery asked={asked} of={title} />}
      </div>
      {children}
    </div>
  );
}

interface SectionProps {
  readonly title: string;
  readonly aside?: ComponentChildren;
  /** What was asked for it: the live cluster when left out, null for nothing. */
  readonly asked?: Query | null;
  readonly children: ComponentChildren;
}

export function Section({ title, aside, asked = LIVE, children }: SectionProps) {
  return (
    <section class="section">
      <div class="section-head">
        <h2>{title}</h2>
        {aside}
        {asked !== null && <ShowQuery asked={asked} of={title} />}
      </div>
      {children}
    </section>
  );
}
