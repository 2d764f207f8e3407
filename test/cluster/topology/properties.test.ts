import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterState } from '../../../src/cluster/state.ts';
import { mergeViews } from '../../../src/cluster/topology/topology.ts';
import type { NodeView } from '../../../src/cluster/topology/view.ts';
import { THRESHOLDS, up, view } from '../../support/views.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', '__proto__', 'constructor'];
const DATABASES = ['system', 'dev', '__proto__'];

const sockets = fc
  .uniqueArray(fc.constantFrom(...DATABASES), { maxLength: 3 })
  .chain((names) => fc.tuple(...names.map((name) => fc.constantFrom(`${name}+`, `${name}-`))))
  .map((list) => list.join(' '));

const mark = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  fc.constantFrom('#1', '#2', '@ws://other:9933', '>', '<', '[dev.dog><]', '[dev.dog<]', '[dev.dog>]', '[]'),
);

const peers = fc
  .uniqueArray(fc.constantFrom(...NAMES), { maxLength: 5 })
  .chain((names) => fc.tuple(...names.map((name) => fc.tuple(mark, sockets).map(([m, s]) => `${name}${m}: ${s}`))))
  .map((list) => list.join(', '));

const oneView = (name: string, rank: number): fc.Arbitrary<NodeView> =>
  fc.oneof(
    { weight: 4, arbitrary: peers.map((text) => up(name, text, { rank })) },
    fc.constantFrom('UNREACHABLE', 'REFUSED', 'UNASKED').map((state) => view(name, state as 'UNREACHABLE', { rank })),
  );

const someViews = fc
  .uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 5 })
  .chain((names) => fc.tuple(...names.map(oneView)));

const merge = (views: readonly NodeView[]) => mergeViews(views, THRESHOLDS);

describe('the merge of views', () => {
  it('does not depend on their order', () => {
    fc.assert(
      fc.property(
        someViews.chain((views) =>
          fc.tuple(fc.constant(views), fc.shuffledSubarray(views, { minLength: views.length })),
        ),
        ([views, shuffled]) => {
          expect(JSON.stringify(merge(shuffled))).toEqual(JSON.stringify(merge(views)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('of one view says what that view says', () => {
    fc.assert(
      fc.property(peers, (text) => {
        const only = up('a', text);
        const { state, isComplete, links } = merge([only]);
        const others = only.status?.connections.filter(({ name }) => name !== 'a') ?? [];
        expect(state).toBe(only.status && clusterState(only.status, THRESHOLDS));
        expect(isComplete).toBe(others.length === 0);
        expect(links.flatMap(({ views }) => views).length).toBe(others.flatMap((peer) => peer.databaseSockets).length);
      }),
      { numRuns: 500 },
    );
  });

  it('has every socket of every view in exactly one link, between the two nodes that it joins', () => {
    fc.assert(
      fc.property(someViews, (views) => {
        const inLinks = merge(views).links.flatMap(({ nodes, database, views: ends }) =>
          ends.map(({ socket }) => {
            expect([socket.nodeName, socket.peerName].sort()).toEqual([...nodes].sort());
            expect(socket.database).toBe(database);
            return `${socket.nodeName} ${socket.peerName} ${socket.database}`;
          }),
        );
        const inViews = views.flatMap(({ name, status }) =>
          (status?.connections ?? [])
            .filter((peer) => peer.name !== name)
            .flatMap((peer) => peer.databaseSockets.map(({ database }) => `${name} ${peer.name} ${database}`)),
        );
        expect(inLinks.sort()).toEqual(inViews.sort());
      }),
      { numRuns: 500 },
    );
  });

  it('has one link for each pair and database, and every node of it among the nodes', () => {
    fc.assert(
      fc.property(someViews, (views) => {
        const { links, nodes } = merge(views);
        const keys = links.map((link) => JSON.stringify([[...link.nodes].sort(), link.database]));
        expect(new Set(keys).size).toBe(keys.length);
        const names = new Set(nodes.map(({ name }) => name));
        expect(names.size).toBe(nodes.length);
        for (const link of links) for (const name of link.nodes) expect(names.has(name)).toBe(true);
        for (const name of views.map((each) => each.name)) expect(names.has(name)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('has every member that was asked in exactly one island over all, and is SPLIT where there are several', () => {
    fc.assert(
      fc.property(someViews, (views) => {
        const { islands, nodes, state } = merge(views);
        const whole = islands.filter(({ database }) => database === null).map(({ nodes: names }) => names);
        const all = whole.flat();
        expect(new Set(all).size).toBe(all.length);
        const members = nodes.filter(({ isMember }) => isMember).map(({ name }) => name);
        for (const { name, isMember, status } of nodes) if (isMember && status) expect(all).toContain(name);
        for (const name of all) expect(members).toContain(name);
        expect(state === 'SPLIT').toBe(whole.length > 1);
      }),
      { numRuns: 500 },
    );
  });

  it('is HEALTHY only where no member is unreachable and no wanted link is down', () => {
    fc.assert(
      fc.property(someViews, (views) => {
        const { state, nodes, links } = merge(views);
        if (state !== 'HEALTHY') return;
        const members = new Set(nodes.filter(({ isMember }) => isMember).map(({ name }) => name));
        expect(nodes.filter((node) => node.isMember && ['UNREACHABLE', 'REFUSED'].includes(node.state))).toEqual([]);
        const within = links.filter((link) => link.nodes.every((name) => members.has(name)));
        expect(within.filter((link) => link.state === 'DOWN' || link.state === 'ONE_SIDED')).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
