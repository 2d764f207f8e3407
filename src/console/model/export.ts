import type { ChangeFragment } from '../graphql/graphql.ts';

const COLUMNS = ['observedAt', 'kind', 'state', 'nodes', 'databases', 'message', 'seenLate', 'cursor'] as const;

/** What a spreadsheet takes for the begin of a formula, also after spaces and in its wide form. */
const FORMULA = /^[\s\u00a0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

/** The rows as CSV by RFC 4180, with a mark by which spreadsheets know that it is UTF-8. */
export function toCsv(changes: readonly ChangeFragment[]): string {
  const rows = changes.map((change) => COLUMNS.map((column) => cell(change[column])));
  return `\ufeff${[COLUMNS.map(cell), ...rows].map((row) => `${row.join(',')}\r\n`).join('')}`;
}

/** Names from the cluster are text for a spreadsheet, whatever they begin with. */
function cell(value: string | boolean | readonly string[]): string {
  const text = typeof value === 'object' ? value.join('; ') : String(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** The rows as a JSON list of objects. */
export function toJson(changes: readonly ChangeFragment[]): string {
  const rows = changes.map((change) => Object.fromEntries(COLUMNS.map((column) => [column, change[column]])));
  return `${JSON.stringify(rows, undefined, 2)}\n`;
}

/** A name for a file of what was known at a time: `cluster-changes-2026-01-31T08-30-00Z.csv`. */
export function fileName(time: number, extension: string): string {
  const stamp = new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
  return `cluster-changes-${stamp.replaceAll(':', '-')}.${extension}`;
}
