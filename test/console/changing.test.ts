import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/console/api/answer.ts';
import { readError } from '../../src/console/api/errors.ts';
import { alsoRemoved, isNoop, meanwhile, planOf, removedIn, routePlan } from '../../src/console/model/change-plan.ts';
import { failureOf, shownResult } from '../../src/console/model/change-result.ts';
import { faultsOf } from '../../src/console/model/faults.ts';
import { firstCopyOf } from '../../src/console/model/first-copy.ts';
import { draftOf, fieldsOf, type Peer, readPeer, readUpdate } from '../../src/console/model/peer-fields.ts';
import { readRoute } from '../../src/console/model/route-field.ts';
import { wantedOf, wantedWith, wantedWithout, withoutLogins } from '../../src/console/model/wanted.ts';
import { parseWanted } from '../../src/console/model/wanted-json.ts';
import { readWanted } from '../../src/console/model/wanted-rows.ts';
import { proposeUpdate } from '../../src/console/state/proposals.ts';
import type { Session } from '../../src/console/state/session.ts';
import { cluster, link, node } from './clusters.ts';

function peer(name: string, differs: Partial<Peer> = {}): Peer {
  return {
    name,
    state: 'HEALTHY',
    url: `ws://${name}:9933`,
    shard: null,
    startTime: null,
    revokedCertificates: [],
    subscriptions: null,
    ...differs,
  };
}

const FIELDS = ['hostname', 'url', 'tables', 'username'];

const orders = { database: 'shop', table: 'orders', publish: true, subscribe: false };

describe('the form of a node', () => {
  it('holds what a peer is, and reads it back as the same wanted peer', () => {
    const full = peer('b', {
      shard: 3,
      startTime: '2026-01-31T08:30:00.000Z',
      revokedCertificates: ['0a', '0b'],
      subscriptions: [orders],
    });
    expect(readPeer(fieldsOf(full))).toEqual({ faults: [], input: wantedOf(full) });
    expect(readPeer(fieldsOf(peer('c')))).toEqual({ faults: [], input: { hostname: 'c', url: 'ws://c:9933' } });
  });

  it('names each fault at its field', () => {
    const fields = new Map([
      ['shard', '3.5'],
      ['startTime', 'yesterday'],
      ['scope', 'tables'],
      ['tables', 'shop.orders\nshop'],
      ['password', 'secret'],
    ]);
    expect(readPeer(fields).faults.map(({ field }) => field)).toEqual([
      'hostname',
      'shard',
      'startTime',
      'tables',
      'username',
    ]);
  });

  it('sends of an update only what differs, and refuses to take something away', () => {
    const before = fieldsOf(peer('b', { shard: 3 }));
    expect(readUpdate(before, new Map([...before, ['shard', '4']]))).toEqual({
      faults: [],
      input: { hostname: 'b', shard: 4 },
    });
    expect(readUpdate(before, new Map([...before, ['shard', '']])).faults[0]?.field).toBe('shard');
    expect(readUpdate(before, before).faults).toHaveLength(1);
  });

  it('keeps no secret in what it begins with the next time', () => {
    const fields = new Map([
      ['hostname', 'b'],
      ['password', 'secret'],
      ['row-1.password', 'secret'],
      ['row-1.header', 'Basic secret'],
    ]);
    expect([...draftOf(fields)]).toEqual([['hostname', 'b']]);
  });

  it('shows the faults of the gateway at its fields', () => {
    const issue = (...path: (string | number)[]) => ({ path, message: 'must not be empty' });
    const issues = [
      issue('input', 'hostname'),
      issue('input', 'subscriptions', 0, 'table'),
      issue('connections', 1, 'authorization', 'basic', 'username'),
      issue('connections', 7, 'url'),
    ];
    const error = readError({ message: 'No.', extensions: { code: 'BAD_USER_INPUT', issues } });
    expect(faultsOf(error, FIELDS, (index) => ['a.', 'b.'][index])).toEqual([
      { field: 'hostname', message: 'Must not be empty.' },
      { field: 'tables', message: 'Must not be empty.' },
      { field: 'b.username', message: 'Must not be empty.' },
    ]);
    // A form without such a field shows the message of the gateway, which it would not beside a fault.
    expect(faultsOf(error, ['tables']).map(({ field }) => field)).toEqual(['tables']);
  });

  it('has no fault of another peer at its own fields', async () => {
    const issues = [{ path: ['connections', 0, 'url'], message: 'must be a URL' }];
    const status = { nodeName: 'a', connections: [peer('c'), peer('b')] };
    const wrong = readError({ message: 'connections.0.url must be a URL.', extensions: { issues } });
    const answers: Answer<unknown>[] = [{ data: { clusterStatus: status } }, { error: wrong }];
    const ask = (() => Promise.resolve(answers.shift())) as unknown as Session['ask'];
    const session = { ask, sendOnce: ask };
    const proposal = proposeUpdate(session, { input: { hostname: 'b', shard: 1 }, node: 'a', waitForConnected: 0 });
    const { error = wrong } = await proposal.plan();
    expect([error.message, proposal.faultsOf(error)]).toEqual([wrong.message, []]);
    expect(proposal.faultsOf(wrong)).toHaveLength(1);
  });
});

describe('the wanted set', () => {
  it('is that of now with one node more, changed or less', () => {
    const peers = [peer('b'), peer('c', { shard: 1 })];
    expect(wantedWith(peers, { hostname: 'd' }).map(({ hostname }) => hostname)).toEqual(['b', 'c', 'd']);
    expect(wantedWith(peers, { hostname: 'c', shard: 2 })[1]).toEqual({
      hostname: 'c',
      url: 'ws://c:9933',
      shard: 2,
    });
    expect(wantedWithout(peers, 'b')).toEqual([wantedOf(peers[1] ?? peer('c'))]);
    expect(withoutLogins([{ hostname: 'b', authorization: { header: 'x' } }])).toEqual([{ hostname: 'b' }]);
  });

  it('is read out of JSON, as a list or as the input of configureCluster', () => {
    const login = { basic: { username: 'admin', password: 'secret' } };
    const text = JSON.stringify({ connections: ['b', { hostname: 'c', shard: 1, subscriptions: [orders] }] });
    const rows = parseWanted(text);
    if (typeof rows === 'string') throw new Error(rows);
    const withIds = rows.map((values, index) => ({ id: `r${index}`, values }));
    const typed = new Map(
      withIds.flatMap(({ id, values }) => [...values].map(([name, value]) => [`${id}.${name}`, value] as const)),
    );
    expect(readWanted(withIds, typed).connections).toEqual([
      { hostname: 'b' },
      { hostname: 'c', shard: 1, subscriptions: [orders] },
    ]);
    const [first] = parseWanted(JSON.stringify([{ hostname: 'b', authorization: login }]));
    expect(first).toBeInstanceOf(Map);
    expect(new Map(first as ReadonlyMap<string, string>).get('username')).toBe('admin');
  });

  it('says what is wrong with JSON', () => {
    const faults = ['{', '7', '[{}]', '[{"hostname":1}]', '[{"host":"b"}]', '[{"hostname":"b","shard":"x"}]'];
    expect(faults.map(parseWanted).every((read) => typeof read === 'string')).toBe(true);
    expect(parseWanted('["b",{"host":"c"}]')).toBe('Node 2: host is no field of a node.');
  });

  it('names a node twice only with a fault', () => {
    const rows = ['r1', 'r2'].map((id) => ({ id, values: new Map<string, string>() }));
    const typed = new Map([
      ['r1.hostname', 'b'],
      ['r2.hostname', 'b'],
    ]);
    expect(readWanted(rows, typed).faults).toEqual([{ field: 'r2.hostname', message: 'It is in the set already.' }]);
  });
});

const setup = { url: 'ws://b:9933', shard: null, startTime: null, revokedCertificates: [], replication: null };
const planned = (shard: number | null, kind: 'KEEP' | 'REMOVE' = 'KEEP') =>
  planOf({
    nodeName: 'a',
    revision: String(shard),
    isNoop: false,
    warnings: [],
    changes: [
      {
        kind,
        node: 'b',
        summary: 'b.',
        before: { ...setup, shard, subscriptions: null },
        after: kind === 'REMOVE' ? null : { ...setup, shard, subscriptions: null },
      },
    ],
  });

describe('a plan', () => {
  it('shows each setting before and after, and what is removed', () => {
    const plan = planned(3, 'REMOVE');
    expect(plan.lines[0]?.settings).toEqual([
      { label: 'Replication URL', before: 'ws://b:9933', after: undefined },
      { label: 'Replicated', before: 'everything', after: undefined },
      { label: 'Shard', before: '3', after: undefined },
    ]);
    expect([removedIn(plan), isNoop(plan), isNoop(planned(3))]).toEqual([['b'], false, true]);
  });

  it('tells what has changed meanwhile', () => {
    expect(meanwhile(planned(null), planned(3))).toEqual(['b was changed: Shard from none to 3.']);
    const none = { ...planned(null), lines: [] };
    expect(meanwhile(none, planned(3))).toEqual(['b was added.']);
    expect(meanwhile(planned(3), none)).toEqual(['b was removed.']);
  });

  it('names the further nodes at which a node is removed', () => {
    const summaries = alsoRemoved(planned(3, 'REMOVE'), 'b', ['c', 'b']).lines.map(({ summary }) => summary);
    expect(summaries).toEqual([
      'b.',
      'At c the node b is removed, too.',
      'At b itself all its peers are removed, too.',
    ]);
  });

  it('is made of the routes, which the gateway has no plan for', () => {
    const routes = ['ws://b:1', 'ws://c:2'].map((url) => ({ configured: url, url, hostname: null, port: null }));
    const kinds = (plan: ReturnType<typeof routePlan>) => plan.lines.map(({ kind, name }) => `${kind} ${name}`);
    expect(kinds(routePlan('a', routes, { deleted: ['ws://b:1'] }))).toEqual(['REMOVE ws://b:1', 'KEEP ws://c:2']);
    expect(kinds(routePlan('a', routes, { added: ['d:3'] }))).toEqual(['ADD d:3', 'KEEP ws://b:1', 'KEEP ws://c:2']);
    expect(readRoute('d:3', ['ws://b:1'])).toEqual({ url: 'd:3', input: { host: { hostname: 'd', port: 3 } } });
    expect(readRoute('b:1', ['ws://b:1'])).toBe('There is such a route already.');
    expect(typeof readRoute('http://b', [])).toBe('string');
  });
});

describe('what came of a change', () => {
  const done = {
    node: 'a',
    message: 'm',
    partial: false,
    emulated: false,
    warnings: [],
    steps: [],
    restartRequired: false,
  };

  it('is told apart: made, made in part, not made, and unknown', () => {
    const failed = (code: string, outcomeUnknown?: boolean) =>
      failureOf(readError({ message: 'm', extensions: { code, outcomeUnknown } })).title;
    expect([
      shownResult(done).title,
      shownResult({ ...done, warnings: ['w'] }).title,
      shownResult({ ...done, partial: true }).title,
      failed('OPERATION_REFUSED'),
      failed('UPSTREAM_TIMEOUT', false),
      failed('UPSTREAM_TIMEOUT', true),
      failed('UNREACHABLE'),
      failed('NOT_SENT'),
    ]).toEqual([
      'It was made.',
      'It was made, with warnings.',
      'It was made in part.',
      'Harper has refused it.',
      'It was not made.',
      'It is not known whether it was made.',
      'It is not known whether it was made.',
      'Nothing was sent.',
    ]);
  });
});

describe('the first copy of a node', () => {
  it('is told per database, by either end', () => {
    const reasons = [{ code: 'COPYING' as const, message: 'm', databases: ['shop'] }];
    const view = { connections: [{ name: 'c', state: 'COPYING' as const, stateSince: null, reasons }] };
    const found = firstCopyOf(cluster({ nodes: [node('a', { view }), node('b'), node('c')] }), 'c');
    expect(
      found.map(({ database, state, copying, connected, all }) => [database, state.word, copying, connected, all]),
    ).toEqual([
      ['shop', 'Copying', ['a'], 2, 2],
      ['system', 'Connected', [], 2, 2],
    ]);
  });

  it('is called neither connected nor unconnected where only one end could be asked', () => {
    const links = [link(['a', 'c'], 'shop', 'UNCONFIRMED'), link(['b', 'c'], 'shop')];
    const [found] = firstCopyOf(cluster({ links }), 'c');
    expect(found).toMatchObject({
      state: { word: 'Unconfirmed' },
      connected: 1,
      all: 2,
      reasons: ['a says so of shop.'],
    });
  });
});
