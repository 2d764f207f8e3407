import { Component } from 'preact';
import { useState } from 'preact/hooks';
import { count } from '../format.ts';
import { endsOf, type Link, linkKey, timeOf } from '../model/cluster.ts';
import { formatHash } from '../model/route.ts';
import { linkWord } from '../model/words.ts';
import { Badge } from './badge.tsx';
import { Milliseconds } from './figure.tsx';
import { MessageText, NameText } from './names.tsx';
import { Empty } from './notice.tsx';
import { Since } from './time.tsx';

interface LinkTableProps {
  /** Worst first. */
  readonly links: readonly Link[];
  /** The node whose links they are. */
  readonly from: string;
  readonly figures: readonly (Pick<Link, 'nodes' | 'database'> & { readonly latency: number | null })[];
}

/** How many links are shown before somebody asks for all. */
const FIRST = 30;

/** The links of one node, each with its state, since when, and why. */
export function LinkTable({ links, from, figures }: LinkTableProps) {
  const [isWhole, setWhole] = useState(false);
  if (links.length === 0) return <Empty>It has no links.</Empty>;
  const latencies = new Map(figures.map((link) => [linkKey(link), link.latency]));
  const shown = isWhole ? links : links.slice(0, FIRST);
  return (
    <div class="long">
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
          {shown.map((link) => (
            <LinkRow key={linkKey(link)} link={link} from={from} latency={latencies.get(linkKey(link)) ?? null} />
          ))}
        </tbody>
      </table>
      {shown.length < links.length && (
        <button type="button" onClick={() => setWhole(true)}>
          Show {count(links.length - shown.length, 'more link')}
        </button>
      )}
    </div>
  );
}

interface LinkRowProps {
  readonly link: Link;
  readonly from: string;
  readonly latency: number | null;
}

/** It is rendered again only when something in it has changed. */
class LinkRow extends Component<LinkRowProps> {
  override shouldComponentUpdate({ link, from, latency }: LinkRowProps): boolean {
    const { link: before } = this.props;
    return (
      link.state !== before.state ||
      link.since !== before.since ||
      link.reason !== before.reason ||
      from !== this.props.from ||
      latency !== this.props.latency
    );
  }

  override render() {
    const { link, from, latency } = this.props;
    const ends = endsOf(link);
    const state = linkWord(link.state);
    return (
      <tr data-tone={state.tone}>
        <th scope="row">
          <a href={formatHash(['links', ...ends])}>
            <NameText name={ends.find((end) => end !== from) ?? from} />
          </a>
        </th>
        <td data-label="Database">
          <NameText name={link.database} />
        </td>
        <td data-label="State">
          <Badge state={state} />
          {link.reason !== null && (
            <p class="reason">
              <MessageText text={link.reason} />
            </p>
          )}
        </td>
        <td data-label="Since">
          <Since at={timeOf(link.since)} />
        </td>
        <td data-label="Latency">
          <Milliseconds value={latency} none="not measured" />
        </td>
      </tr>
    );
  }
}
