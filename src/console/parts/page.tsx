import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { shortened } from '../format.ts';

interface PageProps {
  /** Also the title of the browser's tab. */
  readonly title: string;
  /** The heading, where it is more than the title. */
  readonly heading?: ComponentChildren;
  /** What stands beside the heading. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A view with its heading, to which the focus moves when somebody goes there. */
export function Page({ title, heading = title, aside, children }: PageProps) {
  useEffect(() => {
    document.title = `${shortened(title, 100)} – Harper cluster`;
  }, [title]);
  return (
    <div class="page">
      <div class="page-head">
        <h1 id="heading" tabIndex={-1}>
          {heading}
        </h1>
        {aside}
      </div>
      {children}
    </div>
  );
}

interface SectionProps {
  readonly title: string;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Section({ title, aside, children }: SectionProps) {
  return (
    <section class="section">
      <div class="section-head">
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
