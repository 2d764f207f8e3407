import type { DatabaseSocket } from '../../harper/domain.ts';
import { denies, type End, needs, type Pair, socketOf } from './pairs.ts';
import { compare } from './view.ts';

/** States of a link between two nodes for one database. */
export const LINK_STATES = {
  CONNECTED: 'Every end that needs a connection has it.',
  ONE_SIDED: 'One end is connected and the other is not: changes go one way only.',
  DOWN: 'No end is connected.',
  UNCONFIRMED: 'Only one end could be asked; `views` has what it says.',
  UNWANTED: 'No end needs it, or an end does not list the other.',
} as const;
export type LinkState = keyof typeof LINK_STATES;

/** What one end of a link says. `connected` is about its own outgoing connection, by which it receives. */
export interface LinkView {
  /** Whether replication needs this connection. */
  readonly isWanted: boolean;
  readonly socket: DatabaseSocket;
}

/** The link between two nodes for one database. */
export interface Link {
  /** The two nodes, by name. */
  readonly nodes: readonly [string, string];
  readonly database: string;
  readonly state: LinkState;
  /** Whether an end that could be asked is connected and needs to be. */
  readonly isUp: boolean;
  /** Why it is not CONNECTED, as a sentence; null where it is. */
  readonly reason: string | null;
  readonly views: readonly LinkView[];
}

type Word = 'up' | 'down' | 'not needed' | 'not asked';

/** The links of a pair, by database: one for each of which an end has a socket. */
export function linksOf(pair: Pair): Link[] {
  const [first, second] = pair.ends;
  const ofFirst = first.entry?.databaseSockets ?? [];
  const ofSecond = second.entry?.databaseSockets ?? [];
  // The usual case: both have the same, and sockets come sorted.
  const isSame =
    ofFirst.length === ofSecond.length && ofFirst.every((each, at) => each.database === ofSecond[at]?.database);
  if (isSame) return ofFirst.map((socket, at) => linkOf(pair, socket.database, [socket, ofSecond[at]]));
  const databases = [...new Set([...ofFirst, ...ofSecond].map(({ database }) => database))].sort(compare);
  return databases.map((database) => linkOf(pair, database, [socketOf(first, database), socketOf(second, database)]));
}

type Sockets = readonly [DatabaseSocket | undefined, DatabaseSocket | undefined];

function linkOf({ ends }: Pair, database: string, sockets: Sockets): Link {
  const [first, second] = ends;
  const words = [wordOf(first, sockets[0]), wordOf(second, sockets[1])] as const;
  const state = ends.some(denies) ? 'UNWANTED' : stateOf(words);
  return {
    nodes: [first.view.name, second.view.name],
    database,
    state,
    isUp: words.includes('up'),
    reason: state === 'CONNECTED' ? null : reasonOf(ends, sockets, words),
    views: sockets.flatMap((socket, at) =>
      socket === undefined ? [] : [{ socket, isWanted: needs(ends[at] as End, socket) }],
    ),
  };
}

function wordOf(end: End, socket: DatabaseSocket | undefined): Word {
  if (end.view.status === null) return 'not asked';
  if (socket === undefined || !needs(end, socket)) return 'not needed';
  return socket.connected ? 'up' : 'down';
}

function stateOf(words: readonly [Word, Word]): LinkState {
  const isUp = words.includes('up');
  const isDown = words.includes('down');
  if (!isUp && !isDown) return 'UNWANTED';
  if (words.includes('not asked')) return 'UNCONFIRMED';
  if (isUp) return isDown ? 'ONE_SIDED' : 'CONNECTED';
  return 'DOWN';
}

function reasonOf(ends: Pair['ends'], sockets: Sockets, words: readonly [Word, Word]): string {
  const denying = ends.find(denies);
  const [first, second] = ends.map(({ view }) => view.name) as [string, string];
  if (denying !== undefined) {
    const [own, other] = denying === ends[0] ? [first, second] : [second, first];
    return `${own} does not list ${other}.`;
  }
  const sentences = ends.map((end, at) => {
    const [own, other] = at === 0 ? [first, second] : [second, first];
    const word = words[at] as Word;
    if (word === 'not asked') return `${own} could not be asked.`;
    if (word === 'not needed') return `${own} needs no connection to ${other}.`;
    return word === 'up'
      ? `${own} is connected to ${other}${ageOf(end, sockets[at])}.`
      : `${own} is not connected to ${other}.`;
  });
  return sentences.join(' ');
}

/** How old the last sign of life is: a peer that has frozen looks healthy for a minute and more. */
function ageOf({ view }: End, socket: DatabaseSocket | undefined): string {
  const seen = socket?.lastLiveness;
  if (!seen || view.status === null) return '';
  const seconds = Math.max(0, Math.round((view.status.nodeTime.getTime() - seen.getTime()) / 1000));
  return `, by a sign of life ${seconds} s ago`;
}
