import { record } from '../api/errors.ts';
import type { NodeInput } from '../graphql/graphql.ts';
import { type Fields, fieldsOf } from './peer-fields.ts';
import { parseTables } from './tables-text.ts';
import { nameOfInput } from './wanted.ts';

/** What of NodeInput the table can hold. */
const KNOWN: ReadonlySet<string> = new Set([
  'hostname',
  'url',
  'shard',
  'startTime',
  'subscriptions',
  'revokedCertificates',
  'verifyTls',
  'retainAuthorization',
  'authorization',
]);

/** The wanted set that somebody has pasted, as rows of the table; a text is what is wrong with it. */
export function parseWanted(text: string): Fields[] | string {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    return `This is no JSON: ${error instanceof Error ? error.message : String(error)}.`;
  }
  const list = Array.isArray(read) ? read : record(read).connections;
  if (!Array.isArray(list)) return 'A list of nodes is needed, or an object with the list in connections.';
  const rows: Fields[] = [];
  for (const [index, entry] of list.entries()) {
    const row = typeof entry === 'string' ? { hostname: entry } : record(entry);
    const fault = faultOf(row);
    if (fault !== undefined) return `Node ${index + 1}: ${fault}`;
    rows.push(fieldsOfInput(row as NodeInput));
  }
  return rows;
}

function faultOf(row: Record<string, unknown>): string | undefined {
  const unknown = Object.keys(row).find((key) => !KNOWN.has(key));
  if (unknown !== undefined) return `${unknown} is no field of a node.`;
  if (Object.keys(row).length === 0) return 'a host name or an object is needed.';
  const texts = ['hostname', 'url', 'startTime'] as const;
  const wrong = texts.find((key) => !isEmpty(row[key]) && typeof row[key] !== 'string');
  if (wrong !== undefined) return `${wrong} must be a text.`;
  if (!isEmpty(row.shard) && !Number.isInteger(row.shard)) return 'shard must be a whole number.';
  if (!isEmpty(row.revokedCertificates) && !areTexts(row.revokedCertificates))
    return 'revokedCertificates must be a list of texts.';
  const flags = ['verifyTls', 'retainAuthorization'] as const;
  const noFlag = flags.find((key) => !isEmpty(row[key]) && typeof row[key] !== 'boolean');
  if (noFlag !== undefined) return `${noFlag} must be true or false.`;
  if (!isEmpty(row.subscriptions) && !areTables(row.subscriptions))
    return 'subscriptions must be a list of database, table, publish and subscribe.';
  return isEmpty(row.authorization) || isLogin(row.authorization)
    ? undefined
    : 'authorization must hold basic, with username and password, or header.';
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null;
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function areTables(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.map(record).every((each) => {
      const { database, table, publish, subscribe } = each;
      if (typeof publish !== 'boolean' || typeof subscribe !== 'boolean') return false;
      return (
        typeof database === 'string' && typeof table === 'string' && Array.isArray(parseTables(`${database}.${table}`))
      );
    })
  );
}

function isLogin(value: unknown): boolean {
  const { basic, header } = record(value);
  const { username, password } = record(basic);
  return typeof header === 'string' || (typeof username === 'string' && typeof password === 'string');
}

/** A wanted node as the fields of a row; its login is among them. */
function fieldsOfInput(input: NodeInput): Fields {
  const { basic, header } = input.authorization ?? {};
  return new Map([
    ...fieldsOf({
      name: input.hostname ?? nameOfInput(input),
      url: input.url ?? null,
      shard: input.shard ?? null,
      startTime: input.startTime ?? null,
      subscriptions: input.subscriptions ?? null,
      revokedCertificates: input.revokedCertificates ?? [],
    }),
    ['verifyTls', isEmpty(input.verifyTls) ? '' : input.verifyTls ? 'yes' : 'no'],
    ['retain', input.retainAuthorization ? 'on' : ''],
    ['username', basic?.username ?? ''],
    ['password', basic?.password ?? ''],
    ['header', header ?? ''],
  ]);
}
