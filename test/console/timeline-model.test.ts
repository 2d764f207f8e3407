import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChangeFragment } from '../../src/console/graphql/graphql.ts';
import {
  addGap,
  addNewest,
  addOlder,
  addPage,
  byDay,
  entriesOf,
  keepNewest,
  merge,
  NO_TIMELINE,
  splitAtGaps,
  type Timeline,
} from '../../src/console/model/timeline.ts';
import { formatFilter, isWanted, KINDS, parseFilter, variablesOf } from '../../src/console/model/timeline-filter.ts';
import { change, changes } from './changes.ts';

const placesOf = (timeline: Timeline) =>
  entriesOf(timeline).map((entry) => (entry.kind === 'gap' ? 'gap' : Number(entry.change.cursor.split('.')[1])));
const descending = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, index) => from - index);

describe('live changes and the history as one list', () => {
  it('has each change once, the newest first, whatever came by which way and when', () => {
    const log = fc.record({
      length: fc.integer({ min: 1, max: 60 }),
      liveFrom: fc.nat(60),
      pageUntil: fc.nat(60),
      page: fc.integer({ min: 1, max: 20 }),
      lag: fc.nat(20),
    });
    fc.assert(
      fc.property(log, ({ length, liveFrom, pageUntil, page, lag }) => {
        const first = Math.min(liveFrom, length);
        // The history is asked for after the stream has begun, so that it has all that came before.
        const asked = Math.max(first, Math.min(pageUntil, length));
        const pageOf = (until: number) => changes(...descending(until, Math.max(1, until - page + 1)).reverse());
        const live = descending(length, first + 1).reverse();
        let timeline = NO_TIMELINE;
        // The stream may be behind the history, though by less than a page.
        const told = live.filter((place) => place <= asked - Math.min(lag, page - 1));
        for (const place of told) timeline = addNewest(timeline, change(place));
        timeline = addPage(timeline, pageOf(asked), asked > page);
        for (const place of live) timeline = addNewest(timeline, change(place));
        for (let oldest = placesOf(timeline).at(-1); timeline.hasOlder; oldest = placesOf(timeline).at(-1)) {
          const until = Number(oldest) - 1;
          timeline = addOlder(timeline, pageOf(until), until > page);
        }
        expect(placesOf(timeline)).toEqual(descending(length, 1));
      }),
    );
  });

  it('takes two parts of one order together, also where both have what the other lacks', () => {
    const order = (list: ReturnType<typeof merge>) => list.map(({ cursor }) => cursor);
    expect(order(merge(changes(9, 7, 4), changes(8, 7, 5, 4, 3)))).toEqual(order(changes(9, 8, 7, 5, 4, 3)));
    expect(order(merge(changes(9, 8), changes(5, 4)))).toEqual(order(changes(9, 8, 5, 4)));
    expect(order(merge([], changes(2, 1)))).toEqual(order(changes(2, 1)));
  });

  it('says where something may have been missed, until the history has what is before and after it', () => {
    const gap = { after: 'log.3', from: 1, until: 2 };
    const before = addPage(NO_TIMELINE, changes(1, 2, 3), false);
    const after = addNewest(addGap(before, gap), change(7));
    expect(placesOf(after)).toEqual([7, 'gap', 3, 2, 1]);
    expect(placesOf(addPage(after, changes(5, 6, 7), false))).toEqual([7, 6, 5, 'gap', 3, 2, 1]);
    expect(placesOf(addPage(after, changes(2, 3, 4, 7), false))).toEqual([7, 4, 3, 2, 1]);
    expect(placesOf(splitAtGaps(changes(7, 3, 2), [gap]))).toEqual([7, 'gap', 3, 2]);
    expect(placesOf(splitAtGaps(changes(7), [{ ...gap, after: undefined }]))).toEqual([7, 'gap']);
  });

  it('has a gap in its place, and can bridge it, also where a filter leaves out what was before it', () => {
    const gap = { after: 'log.5', from: 1, until: 2 };
    const isShown = ({ cursor }: ChangeFragment) => cursor !== 'log.5';
    const timeline = splitAtGaps(changes(7, 6, 5, 4, 3), [gap], isShown);
    expect(placesOf(timeline)).toEqual([7, 6, 'gap', 4, 3]);
    expect(placesOf(addPage(timeline, changes(4, 6, 7), false))).toEqual([7, 6, 4, 3]);
    const live = addNewest(addGap(addPage(NO_TIMELINE, changes(3, 4), false), gap), change(7));
    expect(placesOf(live)).toEqual([7, 'gap', 4, 3]);
    expect(placesOf(addPage(live, changes(4, 7), false))).toEqual([7, 4, 3]);
  });

  it('forgets the oldest beyond a number, and can ask for them again', () => {
    const kept = keepNewest(addPage(NO_TIMELINE, changes(1, 2, 3, 4), false), 2);
    expect([placesOf(kept), kept.hasOlder]).toEqual([[4, 3], true]);
  });

  it('is grouped by day', () => {
    const days = byDay(entriesOf(addPage(NO_TIMELINE, changes(1, 2, 3 + 86_400), false)));
    expect(days.map(({ entries }) => entries.length)).toEqual([1, 2]);
  });
});

describe('the filter of the timeline', () => {
  it('comes back whole out of the address, whatever the names are', () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1 }));
    const filters = fc.record({
      nodes: names,
      databases: names,
      kinds: fc.subarray([...KINDS]),
      since: fc.option(fc.integer({ min: 0, max: 4e12 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(filters, (filter) => {
        const query = new URLSearchParams(Object.entries(formatFilter(filter)));
        expect(parseFilter(new Map(new URLSearchParams(query.toString())))).toEqual(filter);
      }),
    );
  });

  it('takes what somebody has typed for as much as it is', () => {
    expect(
      parseFilter(
        new Map([
          ['kinds', 'NODE_UP,__proto__,x'],
          ['since', 'x'],
          ['nodes', ',a,,a'],
        ]),
      ),
    ).toEqual({
      nodes: ['a'],
      kinds: ['NODE_UP'],
      databases: [],
      since: undefined,
    });
  });

  it('chooses live changes as the history does', () => {
    const filter = parseFilter(
      new Map([
        ['nodes', 'a'],
        ['databases', 'shop'],
        ['since', change(5).observedAt],
      ]),
    );
    const chosen = [
      change(6),
      change(5, 'LINK_DOWN', { nodes: ['b', 'a'], databases: ['system', 'shop'] }),
      change(6, 'LINK_DOWN', { databases: ['system'] }),
      change(6, 'NODE_UP', { nodes: ['b'] }),
      change(4),
      change(6, 'NODE_UP', { isSnapshot: true }),
    ].map((each) => isWanted(each, filter));
    expect(chosen).toEqual([true, true, false, false, false, false]);
    expect(variablesOf(parseFilter(new Map()))).toEqual({ nodes: null, kinds: null, databases: null, since: null });
  });
});
