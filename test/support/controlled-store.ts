import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Changelog, createChangelog } from '../../src/live/changelog/changelog.ts';
import { viewCodec } from '../../src/live/changelog/codec.ts';
import type { KeptLog } from '../../src/live/changelog/kept-log.ts';
import { openKeptLog } from '../../src/live/changelog/log-writer.ts';
import { SqliteFile } from '../../src/live/changelog/sqlite/sqlite-file.ts';
import { type Addition, type ChangeStore, StoreConflict } from '../../src/live/changelog/store.ts';
import { type Change, nodeChange } from '../../src/live/diff.ts';
import { TestClock } from './clock.ts';
import { storeOf } from './stored-changes.ts';

export const change = (message: string) =>
  nodeChange({ kind: 'UPSTREAM_LOST', nodeName: null, observedAt: new Date(0), message });
export const numbers = (...all: number[]) => all.map((each) => change(String(each)));

const folder = mkdtempSync(join(tmpdir(), 'harper-kept-'));
let files = 0;
const newPath = () => {
  files += 1;
  return join(folder, `${files}.db`);
};

/** A store whose additions fail, or wait, as the test wants it. */
export class ControlledStore {
  readonly path = newPath();
  readonly file = new SqliteFile(this.path);
  state: 'well' | 'failing' | 'slow' | 'taken over' = 'well';
  readonly #held: (() => void)[] = [];

  readonly store: ChangeStore = {
    ...storeOf(this.file),
    append: async (name, addition) => this.#append(name, addition),
    close: async () => undefined,
  };

  async #append(name: string, addition: Addition): Promise<void> {
    if (this.state === 'failing') throw new Error('disk full');
    if (this.state === 'taken over') throw new StoreConflict('owner');
    if (this.state === 'slow') await new Promise<void>((resolve) => this.#held.push(resolve));
    this.file.append(name, addition);
  }

  /** Lets go of what is slow. */
  letGo(): void {
    for (const each of this.#held.splice(0)) each();
  }

  /** The same, and nothing is slow any more. */
  release(): void {
    this.state = 'well';
    this.letGo();
  }

  get stored(): string[] {
    return this.file
      .find('log', { limit: 1e6, from: 'start' })
      .changes.map(({ text }) => viewCodec.decode(text).message);
  }
}

export interface Opened {
  readonly kept: KeptLog<Change>;
  readonly log: Changelog<Change>;
  readonly clock: TestClock;
  readonly reports: string[];
}

export async function open(
  controlled: ControlledStore,
  capacity = 100,
  onRecovered: () => void = () => undefined,
): Promise<Opened> {
  const clock = new TestClock();
  const reports: string[] = [];
  const kept = await openKeptLog({
    ...{ store: controlled.store, name: 'log', codec: viewCodec, capacity, clock },
    report: {
      failed: (error, isFinal) => reports.push(`failed${isFinal ? ' for good' : ''}: ${(error as Error).message}`),
      succeeded: () => undefined,
      lost: (count) => reports.push(`lost ${count}`),
    },
    ...{ onRecovered, onFault: fail },
  });
  return { kept, log: createChangelog<Change>(capacity, fail, kept), clock, reports };
}

export const fail = (error: unknown) => {
  throw error;
};
export const messages = (log: Changelog<Change>, from = 0) => log.read(from)?.map((event) => event.change.message);
