import type { LinkDetailQuery } from '../graphql/graphql.ts';
import type { Ends } from './cluster.ts';

export type LinkView = NonNullable<LinkDetailQuery['cluster']>['links'][number]['views'][number];

/** One direction of a link, with what each of the two ends says of it. */
export interface LinkFlow {
  readonly from: string;
  readonly to: string;
  /** What the receiving end says of its socket; undefined where it says nothing. */
  readonly received: LinkView | undefined;
  /** What the other end is sending; undefined where it says nothing. */
  readonly sending: LinkView['socket']['sending'] | undefined;
}

/** Both directions of a link. The socket of an end tells what that end receives, and what it sends to the other. */
export function flowsOf([one, other]: Ends, views: readonly LinkView[]): LinkFlow[] {
  const viewOf = (name: string) => views.find(({ nodeName }) => nodeName === name);
  const flow = (from: string, to: string): LinkFlow => ({
    from,
    to,
    received: viewOf(to),
    sending: viewOf(from)?.socket.sending,
  });
  return [flow(one, other), flow(other, one)];
}
