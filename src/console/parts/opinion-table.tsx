import { Component } from 'preact';
import { endsOf, timeOf } from '../model/cluster.ts';
import type { Opinions, PeerState } from '../model/node-page.ts';
import { formatHash } from '../model/route.ts';
import { connectionWord } from '../model/words.ts';
import { Badge } from './badge.tsx';
import { MessageText, NameText } from './names.tsx';
import { NotKnown, Since } from './time.tsx';

interface OpinionTableProps {
  readonly name: string;
  readonly opinions: readonly Opinions[];
}

/** What a node says of each other, beside what that one says of it. */
export function OpinionTable({ name, opinions }: OpinionTableProps) {
  return (
    <div class="long">
      <table class="table">
        <caption class="hidden">Its own view and the views of the others</caption>
        <thead>
          <tr>
            <th scope="col">Peer</th>
            <th scope="col">
              <NameText name={name} /> says
            </th>
            <th scope="col">The peer says</th>
          </tr>
        </thead>
        <tbody>
          {opinions.map((opinion) => (
            <OpinionRow key={opinion.peer} name={name} opinion={opinion} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface OpinionRowProps {
  readonly name: string;
  readonly opinion: Opinions;
}

/** It is rendered again only when something in it has changed. */
class OpinionRow extends Component<OpinionRowProps> {
  override shouldComponentUpdate({ name, opinion }: OpinionRowProps): boolean {
    return name !== this.props.name || JSON.stringify(opinion) !== JSON.stringify(this.props.opinion);
  }

  override render() {
    const {
      name,
      opinion: { peer, own, others, isAsked },
    } = this.props;
    return (
      <tr>
        <th scope="row">
          <a href={formatHash(['links', ...endsOf({ nodes: [name, peer] })])}>
            <NameText name={peer} />
          </a>
        </th>
        <td data-label="It says">
          <PeerCell peer={own} none="does not list it" />
        </td>
        <td data-label="The peer says">
          <PeerCell peer={others} none={isAsked ? 'does not list it' : 'could not be asked'} />
        </td>
      </tr>
    );
  }
}

/** What one node says of its connection to another. */
export function PeerCell({ peer, none }: { readonly peer: PeerState | undefined; readonly none: string }) {
  if (peer === undefined) return <span class="muted">{none}</span>;
  const since = timeOf(peer.stateSince);
  return (
    <>
      <Badge state={connectionWord(peer.state)} /> {since === undefined ? <NotKnown /> : <Since at={since} />}
      {peer.reasons.map(({ code, message }) => (
        <p class="reason" key={code}>
          <MessageText text={message} />
        </p>
      ))}
    </>
  );
}
