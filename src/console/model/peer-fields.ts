import type { NodeInput, PeersQuery } from '../graphql/graphql.ts';
import { formatTables, parseTables } from './tables-text.ts';

/** What is typed in a form, by the names of its fields. */
export type Fields = ReadonlyMap<string, string>;

/** What is wrong with one field. */
export interface Fault {
  readonly field: string;
  readonly message: string;
}

/** A node and how to replicate with it, or why it cannot be read. */
export interface ReadPeer {
  readonly input: NodeInput;
  readonly faults: readonly Fault[];
}

export type Peer = NonNullable<PeersQuery['clusterStatus']>['connections'][number];

/** The fields of the settings of a node, and of the login for it. */
export const SETTING_FIELDS = ['url', 'scope', 'tables', 'shard', 'startTime', 'revoked', 'verifyTls'] as const;
export const LOGIN_FIELDS = ['username', 'password', 'retain'] as const;

/** The fields that keep a secret, which no draft has. */
const SECRETS: ReadonlySet<string> = new Set(['password', 'header']);

/** The fields of a peer as it is. */
export function fieldsOf(peer: Omit<Peer, 'state'>): Fields {
  return new Map([
    ['hostname', peer.name],
    ['url', peer.url ?? ''],
    ['shard', peer.shard?.toString() ?? ''],
    ['startTime', peer.startTime ?? ''],
    ['scope', peer.subscriptions === null ? 'all' : 'tables'],
    ['tables', formatTables(peer.subscriptions ?? [])],
    ['revoked', peer.revokedCertificates.join(' ')],
  ]);
}

/** Reads the fields of a node. What is empty is left out. The gateway checks the rest. */
export function readPeer(fields: Fields): ReadPeer {
  const faults: Fault[] = [];
  const text = (field: string) => fields.get(field)?.trim() ?? '';
  const hostname = text('hostname');
  const url = text('url');
  if (hostname === '' && url === '')
    faults.push({ field: 'hostname', message: 'A host name or a replication URL is needed.' });
  const shard = text('shard');
  if (shard !== '' && !/^\d{1,5}$/.test(shard))
    faults.push({ field: 'shard', message: 'A whole number from 0 to 65535, or nothing.' });
  const start = text('startTime');
  if (start !== '' && !/(?:Z|[+-]\d\d:\d\d)$/i.test(start))
    faults.push({ field: 'startTime', message: 'A time with its offset, such as 2026-01-31T08:30:00Z.' });
  const tables = text('scope') === 'tables' ? parseTables(fields.get('tables') ?? '') : undefined;
  if (typeof tables === 'string') faults.push({ field: 'tables', message: tables });
  const revoked = text('revoked')
    .split(/[\s,]+/)
    .filter(Boolean);
  const login = readLogin(fields);
  if (login === 'no name') faults.push({ field: 'username', message: 'The password needs a user name.' });
  const verify = text('verifyTls');
  return {
    faults,
    input: {
      ...(hostname !== '' && { hostname }),
      ...(url !== '' && { url }),
      ...(shard !== '' && { shard: Number(shard) }),
      ...(start !== '' && { startTime: start }),
      ...(Array.isArray(tables) && { subscriptions: tables }),
      ...(revoked.length > 0 && { revokedCertificates: revoked }),
      ...(verify !== '' && { verifyTls: verify === 'yes' }),
      ...(text('retain') === 'on' && { retainAuthorization: true }),
      ...(typeof login === 'object' && { authorization: login }),
    },
  };
}

function readLogin(fields: Fields): NodeInput['authorization'] | 'no name' {
  const username = fields.get('username')?.trim() ?? '';
  const password = fields.get('password') ?? '';
  const header = fields.get('header') ?? '';
  if (header !== '') return { header };
  if (username !== '') return { basic: { username, password } };
  return password === '' ? undefined : 'no name';
}

/** The settings of a node that can be emptied in a form, and not by updateNode. */
const KEPT = ['url', 'shard', 'startTime', 'revoked'] as const;

/**
 * Reads what is to be changed of a peer: what differs from how it is. An update takes nothing away, so that what was
 * emptied is a fault.
 */
export function readUpdate(before: Fields, fields: Fields): ReadPeer {
  const changed = new Map([...fields].filter(([field, value]) => value.trim() !== (before.get(field) ?? '').trim()));
  const emptied = KEPT.filter((field) => changed.get(field)?.trim() === '');
  const faults = emptied.map((field) => ({
    field: field as string,
    message: 'An update cannot take this away. Configure the cluster without it, which makes the connection anew.',
  }));
  if (changed.get('scope') === 'all')
    faults.push({ field: 'scope', message: 'An update cannot go from tables to everything. Configure the cluster.' });
  if (changed.has('tables') || changed.has('scope')) {
    changed.set('scope', fields.get('scope') ?? '');
    changed.set('tables', fields.get('tables') ?? '');
  }
  changed.set('hostname', before.get('hostname') ?? '');
  const read = readPeer(changed);
  const all = [...faults, ...read.faults];
  if (all.length === 0 && Object.keys(read.input).length < 2)
    all.push({ field: 'url', message: 'Nothing differs from how the node is now.' });
  return { input: read.input, faults: all };
}

/** What is typed without its secrets, to be shown again. */
export function draftOf(fields: Fields): Fields {
  return new Map([...fields].filter(([field]) => !SECRETS.has(field.replace(/^.*\./, ''))));
}
