import type { TableSubscriptionInput } from '../graphql/graphql.ts';

/** A table as the page writes it: `shop.orders`, `shop.orders send`, `shop.orders receive`. */
const LINE = /^(?<database>[^\s.]+)\.(?<table>\S+?)(?:\s+(?<way>send|receive|none))?$/;

/** Tables, one a line. */
export function formatTables(tables: readonly TableSubscriptionInput[]): string {
  return tables.map((table) => `${table.database}.${table.table}${wayOf(table)}`).join('\n');
}

function wayOf({ publish, subscribe }: TableSubscriptionInput): string {
  if (publish && subscribe) return '';
  if (publish) return ' send';
  return subscribe ? ' receive' : ' none';
}

/** Reads tables, one a line; a text is what is wrong with them. */
export function parseTables(text: string): TableSubscriptionInput[] | string {
  const tables: TableSubscriptionInput[] = [];
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const { database, table, way } = LINE.exec(line)?.groups ?? {};
    if (database === undefined || table === undefined)
      return `“${line}” is no table. Write database.table, and send or receive behind it for one way only.`;
    const publish = way === undefined || way === 'send';
    const subscribe = way === undefined || way === 'receive';
    tables.push({ database, table, publish, subscribe });
  }
  return tables;
}
