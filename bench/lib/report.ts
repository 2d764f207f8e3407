import { mkdir, writeFile } from 'node:fs/promises';
import process from 'node:process';

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A percentile of sorted numbers. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Prints a table and writes it, with all its rounds, to bench/results. */
export async function publish(
  name: string,
  title: string,
  rows: readonly Record<string, string | number>[],
  details: object,
): Promise<void> {
  console.log(`\n${title} (Node ${process.version})`);
  const columns = Object.keys(rows[0] ?? {});
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column])))];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => (row[index] ?? '').length)));
  for (const row of cells) console.log(`  ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`);
  await mkdir('bench/results', { recursive: true });
  const file = { title, node: process.version, rows, ...details };
  await writeFile(`bench/results/${name}.json`, `${JSON.stringify(file, null, 2)}\n`);
}
