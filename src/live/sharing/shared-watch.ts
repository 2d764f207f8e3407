import type { Changelog } from '../changelog/changelog.ts';
import type { StoredLog } from '../changelog/store.ts';
import { lostAtIn, lostAtNote, viewsIn } from '../changelog/view-notes.ts';
import type { Change } from '../diff.ts';
import type { NodeWatches } from '../node-watches.ts';
import type { ClusterChange } from '../whole/cluster-change.ts';
import { TOLD } from '../whole/notes.ts';
import type { WholeWatch } from '../whole/whole-watch.ts';
import type { PollResult } from './messages.ts';
import type { SharedLog } from './shared-log.ts';

/** The watch of one login in this gateway, as it is told what the gateways do together. */
export interface SharedWatch {
  /**
   * Polls from now on.
   * @param notes how things were when the logs were last added to; undefined where that is known from what was received
   */
  poll(notes: { readonly views: StoredLog['notes']; readonly whole: StoredLog['notes'] } | undefined): void;
  /** Ceases to poll. */
  follow(): void;
  /** Takes what another gateway has added. */
  takeViews(changes: readonly Change[]): void;
  takeWhole(changes: readonly ClusterChange[]): void;
  /** Takes what it has told of the whole cluster up to now. */
  takeTold(told: string): void;
  /** Takes what it has read, and the position before UPSTREAM_LOST. */
  takeResult(result: PollResult, lostAt: number | undefined): void;
  /** Takes back what was appended, and could not be read yet. */
  rewind(): void;
  /** What is to be noted of it all. */
  notes(): { readonly views: StoredLog['notes']; readonly whole: StoredLog['notes'] };
  /** Moves with what was told of the whole. */
  readonly toldVersion: number;
  pollNow(): Promise<void>;
  end(reason: Error): void;
}

export interface SharedWatchOptions {
  readonly nodes: NodeWatches;
  readonly whole: WholeWatch;
  readonly changelog: Changelog<Change>;
  readonly log: Pick<SharedLog<Change>, 'offset'>;
  /** Whether anybody has begun to read: who has left may come back, and others read at other gateways. */
  readonly hasBegun: () => boolean;
  /** The position before UPSTREAM_LOST; undefined while Harper can be read. */
  readonly lostAt: { get(): number | undefined; set(position: number | undefined): void };
  readonly end: (reason: Error) => void;
}

/** Creates what a watch does as one of several gateways. */
export function createSharedWatch(options: SharedWatchOptions): SharedWatch {
  const { nodes, whole, changelog, log, hasBegun, lostAt, end } = options;
  return {
    poll(notes) {
      if (notes !== undefined) {
        const stored = lostAtIn(notes.views);
        lostAt.set(stored === undefined ? undefined : stored - log.offset);
        nodes.restore(viewsIn(notes.views));
        whole.restore(notes.whole);
      }
      whole.isFollowing = false;
      if (hasBegun()) nodes.start();
    },
    follow() {
      whole.isFollowing = true;
      nodes.follow();
    },
    takeViews: (changes) => changelog.append(changes),
    takeWhole(changes) {
      whole.changelog.append(changes);
      whole.listeners.notify();
    },
    takeTold(told) {
      whole.restore(new Map([[TOLD, told]]));
      // Some may wait for how things are.
      whole.changelog.listeners.notify();
    },
    takeResult(result, position) {
      lostAt.set(position);
      nodes.receive(result);
    },
    rewind() {
      changelog.rewind();
      whole.changelog.rewind();
    },
    notes() {
      const position = lostAt.get();
      const [key, text] = lostAtNote(position === undefined ? undefined : position + log.offset);
      const views = new Map(nodes.notes());
      if (text !== undefined) views.set(key, text);
      return { views, whole: whole.saved() };
    },
    get toldVersion() {
      return whole.toldVersion;
    },
    async pollNow() {
      await nodes.pollNow();
      whole.refresh();
    },
    end,
  };
}
