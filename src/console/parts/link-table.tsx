import { endsOf, type Link, linkKey, timeOf } from '../model/cluster.ts';
import { formatHash } from '../model/route.ts';
import { linkWord } from '../model/words.ts';
import { Badge } from './badge.tsx';
import { Milliseconds } from './figure.tsx';
import { NameText } from './names.tsx';
import { Empty } from './notice.tsx';
import { Since } from './time.tsx';

interface LinkTableProps {
  readonly links: readonly Link[];
  /** The node whose links they are. */
  readonly from: string;
  readonly figures: readonly (Pick<Link, 'nodes' | 'database'> & { readonly latency: number | null })[];
}

/** The links of one node, each with its state, since when, and why. */
export function LinkTable({ links, from, figures }: LinkTableProps) {
  if (links.length === 0) return <Empty>It has no links.</Empty>;
  const latencies = new Map(figures.map((link) => [linkKey(link), link.latency]));
  return (
    <table class="table">
      <caption class="hidden">Links by peer and database</caption>
      <thead>
        <tr>
          <th scope="col">Peer</th>
          <th scope="col">Database</th>
          <th scope="col">State</th>
          <th scope="col">Since</th>
          <th scope="col">Latency</th>
        </tr>
      </thead>
      <tbody>
        {links.map((link) => (
          <tr key={linkKey(link)} data-tone={linkWord(link.state).tone}>
            <th scope="row">
              <a href={formatHash(['links', ...endsOf(link)])}>
                <NameText name={endsOf(link).find((end) => end !== from) ?? from} />
              </a>
            </th>
            <td data-label="Database">
              <NameText name={link.database} />
            </td>
            <td data-label="State">
              <Badge state={linkWord(link.state)} />
              {link.reason !== null && (
                <p class="reason">
                  <bdi>{link.reason}</bdi>
                </p>
              )}
            </td>
            <td data-label="Since">
              <Since at={timeOf(link.since)} />
            </td>
            <td data-label="Latency">
              <Milliseconds value={latencies.get(linkKey(link))} none="not measured" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
