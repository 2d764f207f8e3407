import type { StoredLog } from '../changelog/store.ts';
import type { Change } from '../diff.ts';
import type { ClusterChange } from '../whole/cluster-change.ts';
import { TOLD } from '../whole/notes.ts';
import { type Message, reviveResult } from './messages.ts';
import type { PollRequests } from './poll-requests.ts';
import type { SharedLog } from './shared-log.ts';
import type { SharedWatch } from './shared-watch.ts';

/** Somebody else went on with the log, or the store has lost it: readers cannot go on. */
export class Diverged extends Error {}

/** What comes with changes. */
type AddedMessage = Extract<Message, { epoch: string }>;

/** The two logs of a login as they lie in the store. */
interface Stored {
  readonly views: StoredLog;
  readonly whole: StoredLog;
}

/** What a gateway does that follows: it takes what another one has added and read. Each may throw Diverged. */
export interface Following {
  take(message: AddedMessage, to: SharedWatch): Promise<void>;
  /** Reads what was added to the logs since. */
  catchUp(stored: Stored, to: SharedWatch): Promise<void>;
  /** Takes what was told of the whole up to the end of its log. */
  takeTold(whole: StoredLog, to: SharedWatch): void;
}

export interface FollowingOptions {
  readonly logs: { readonly views: SharedLog<Change>; readonly whole: SharedLog<ClusterChange> };
  /** Opens the logs in the store again. */
  readonly open: () => Promise<Stored>;
  readonly polls: Pick<PollRequests, 'end'>;
}

/** How many changes are read from the store at once. */
const BATCH = 500;

export function createFollowing({ logs: { views, whole }, open, polls }: FollowingOptions): Following {
  /** What moved with what was told last. */
  let toldBy: string | undefined;

  /** Reads what was added to the logs since, up to a position in the store. */
  async function catchUp<C>(log: SharedLog<C>, upTo: number, take: (changes: readonly C[]) => void): Promise<void> {
    while (log.storedLength < upTo) {
      const changes = await log.load(log.storedLength, Math.min(BATCH, upTo - log.storedLength));
      if (changes === undefined || changes.length === 0) throw new Diverged();
      take(changes);
    }
  }

  async function takeAdded<C>(
    log: SharedLog<C>,
    { epoch, after, changes }: Extract<Message, { epoch: string }>,
    take: (changes: readonly C[]) => void,
  ): Promise<boolean> {
    if (epoch !== log.epoch) throw new Diverged();
    await catchUp(log, after, take);
    // Some of them may have been read from the store.
    const fresh = changes.slice(log.storedLength - after).map((text) => log.decode(text));
    if (fresh.length > 0) take(fresh);
    return log.storedLength === after + changes.length;
  }

  /** Takes what was added to the log of the whole, and told of it, where the message was missed. */
  async function catchUpWhole(
    { epoch, length, told }: Extract<Message, { type: 'views' }>['whole'],
    to: SharedWatch,
  ): Promise<void> {
    if (epoch !== whole.epoch) throw new Diverged();
    if (length <= whole.storedLength && told === toldBy) return;
    const stored = await open();
    await catchUp(whole, stored.whole.length, to.takeWhole);
    takeTold(stored.whole, to);
    toldBy = told;
  }

  function takeTold({ notes }: StoredLog, to: SharedWatch): void {
    const told = notes.get(TOLD);
    if (told !== undefined) to.takeTold(told);
  }

  return {
    takeTold,
    async catchUp(stored, to) {
      await catchUp(views, stored.views.length, to.takeViews);
      await catchUp(whole, stored.whole.length, to.takeWhole);
    },
    async take(message, to) {
      if (message.type === 'whole') {
        const isLatest = await takeAdded(whole, message, to.takeWhole);
        if (isLatest && message.told !== undefined) to.takeTold(message.told);
        return;
      }
      const isLatest = await takeAdded(views, message, to.takeViews);
      if (message.type === 'polled') {
        polls.end(message.id);
        return;
      }
      if (isLatest && message.result !== undefined) {
        const lostAt = message.lostAt === null ? undefined : message.lostAt - views.offset;
        to.takeResult(reviveResult(message.result), lostAt);
      }
      await catchUpWhole(message.whole, to);
    },
  };
}
