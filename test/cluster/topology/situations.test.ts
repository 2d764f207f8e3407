import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { situationTable } from './situations.ts';

it('docs/cluster.md says what cluster says in each situation', () => {
  const table = situationTable();
  expect(table.split('\n').length).toBeGreaterThan(30);
  expect(readFileSync('docs/cluster.md', 'utf8')).toContain(table);
});
