import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/console/api/answer.ts';
import { readError } from '../../src/console/api/errors.ts';
import type { Gap } from '../../src/console/model/timeline.ts';
import type { Change, Changes } from '../../src/console/state/changes.ts';
import { createTimeline } from '../../src/console/state/timeline.ts';
import { settled } from '../support/clock.ts';
import { changes as changesOf } from './changes.ts';
import { BEGUN } from './clusters.ts';
import { once, sessionOf } from './stores.ts';

const ALL = { nodes: [], kinds: [], databases: [], since: undefined };
const EXPIRED = readError({ message: 'Ask again without it.', extensions: { code: 'CURSOR_EXPIRED' } });

function page(hasPreviousPage: boolean, ...places: readonly number[]) {
  const edges = changesOf(...places).map((node) => ({ node }));
  return { data: { history: { edges, pageInfo: { hasPreviousPage } } } };
}

/** A timeline of which each request waits until the test answers it. */
function startTimeline() {
  const requests: ((answer: Answer<unknown>) => void)[] = [];
  const gaps = signal<readonly Gap[]>([]);
  const changes = { recent: signal<readonly Change[]>([]), gaps } as unknown as Changes;
  const session = sessionOf(() => new Promise((resolve) => requests.push(resolve)));
  const store = createTimeline({ session, changes }, ALL);
  const release = store.hold();
  return { store, requests, gaps, release };
}

describe('a timeline', () => {
  it('exports what there is where the history ends before what it shows', async () => {
    const { store, requests, release } = startTimeline();
    requests[0]?.(page(true, 2, 3));
    await once(store.isLoading, (isLoading) => !isLoading);
    const exported = store.loadAll(() => undefined);
    requests[1]?.({ error: EXPIRED });
    expect((await exported)?.map(({ cursor }) => cursor)).toEqual(['log.3', 'log.2']);
    expect(store.error.value).toBe(undefined);
    release();
  });

  it('is loading until the page after a gap has come, whatever comes of the one before', async () => {
    const { store, requests, gaps, release } = startTimeline();
    gaps.value = [{ after: undefined, from: BEGUN, until: BEGUN + 1000 }];
    expect(requests).toHaveLength(2);
    requests[0]?.(page(false, 1));
    await settled();
    expect(store.isLoading.value).toBe(true);
    requests[1]?.(page(false, 1, 5));
    await once(store.isLoading, (isLoading) => !isLoading);
    expect(store.timeline.value.current.map(({ cursor }) => cursor)).toEqual(['log.5', 'log.1']);
    release();
  });
});
