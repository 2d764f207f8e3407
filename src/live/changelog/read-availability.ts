import { badInput } from '../../errors.ts';
import { type Availability, availabilityOf, isKnown, type Subject, within } from '../whole/availability.ts';
import type { ClusterChange } from '../whole/cluster-change.ts';
import { wasToldUp } from '../whole/cluster-tracker.ts';
import { TOLD, WATCHED } from '../whole/notes.ts';
import type { Span } from '../whole/watched-time.ts';
import { clusterCodec } from './codec.ts';
import type { Found, HistoryQuery } from './store.ts';

/** What availability is asked of. */
export interface AvailabilityRequest {
  readonly node: string;
  /** The other end of a link; a node is asked for when left out. */
  readonly peer?: string | null | undefined;
  /** The database of the link. */
  readonly database?: string | null | undefined;
  readonly since?: Date | null | undefined;
}

/** Changes that are read at once. */
const BATCH = 1000;

const KINDS = ['NODE_UP', 'NODE_DOWN', 'LINK_UP', 'LINK_DOWN', 'LINK_ONE_SIDED'];

/**
 * Works out the availability of a node or a link.
 * @param find finds changes of the log
 * @param notes what was noted with them
 * @throws GatewayError BAD_USER_INPUT for a link without its database, and for what was never seen
 */
export async function readAvailability(
  find: (query: HistoryQuery) => Promise<Found> | Found,
  notes: ReadonlyMap<string, string>,
  request: AvailabilityRequest,
): Promise<Availability> {
  const subject = subjectOf(request);
  const since = request.since?.getTime() ?? 0;
  const watched = JSON.parse(notes.get(WATCHED) ?? '[]') as Span[];
  const spans = within(watched, since, Number.POSITIVE_INFINITY);
  const told = notes.get(TOLD);
  const isUp = ({ nodes, database }: Subject) => (told === undefined ? undefined : wasToldUp(told, nodes, database));
  const changes: ClusterChange[] = [];
  for (let after = 0; ; ) {
    const found = await find({ after, since, nodes: subject.nodes, kinds: KINDS, limit: BATCH, from: 'start' });
    for (const { text, position } of found.changes) {
      changes.push(clusterCodec.decode(text));
      after = position;
    }
    if (found.changes.length < BATCH) break;
  }
  // Where nobody has ever watched nothing is known, of whatever.
  if (watched.length > 0 && !isKnown(subject, changes, isUp(subject))) {
    const path = subject.database === undefined ? ['node'] : ['peer'];
    const message =
      subject.database === undefined ? 'must be a node that was seen' : 'must be a peer with a link for that database';
    throw badInput([{ path, message }]);
  }
  return availabilityOf(subject, changes, spans, isUp);
}

function subjectOf({ node, peer, database }: AvailabilityRequest): Subject {
  if (peer == null && database == null) return { nodes: [node], database: undefined };
  if (peer != null && database != null) return { nodes: [node, peer], database };
  const [path, message] =
    peer == null
      ? (['peer', 'must be given beside database'] as const)
      : (['database', 'must be given beside peer'] as const);
  throw badInput([{ path: [path], message }]);
}
