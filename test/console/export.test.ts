import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileName, toCsv, toJson } from '../../src/console/model/export.ts';
import { change } from './changes.ts';
import { BEGUN } from './clusters.ts';

/** Any character but halves of one; the library's own arbitrary makes a list of all of them first. */
const ANY = fc
  .integer({ min: 0, max: 0x10_ffff - 0x800 })
  .map((place) => String.fromCodePoint(place < 0xd800 ? place : place + 0x800));

/** Reads CSV by RFC 4180, as a spreadsheet does. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  const cells = /"((?:[^"]|"")*)"(,|\r\n)/gy;
  let row: string[] = [];
  cells.lastIndex = 1;
  for (let found = cells.exec(text); found !== null; found = cells.exec(text)) {
    row.push((found[1] ?? '').replaceAll('""', '"'));
    if (found[2] === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

describe('what is exported', () => {
  it('comes back out of CSV whole, whatever a message holds', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: ANY, maxLength: 20 }), { maxLength: 3 }), (messages) => {
        const text = toCsv(messages.map((message, place) => change(place, 'NODE_UP', { message })));
        const [head, ...rows] = readCsv(text);
        expect(head).toEqual(['observedAt', 'kind', 'state', 'nodes', 'databases', 'message', 'seenLate', 'cursor']);
        expect(
          rows.map((row) => row[5]?.replace(/^'(?=[\s\u00a0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])/, '')),
        ).toEqual(messages);
      }),
    );
  });

  it('holds no formula for a spreadsheet, in no column', () => {
    const formulas = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1', '=HYPERLINK("http://x";"y")'];
    const text = toCsv(
      formulas.map((name) => change(1, 'NODE_UP', { message: name, nodes: [name], databases: [name] })),
    );
    const cells = readCsv(text).flat();
    expect(cells.filter((cell) => formulas.some((formula) => cell === formula))).toEqual([]);
    expect(cells.filter((cell) => /^[\s\u00a0]*[=+\-@＝]/.test(cell))).toEqual([]);
    expect(cells).toContain(`'=HYPERLINK("http://x";"y")`);
  });

  it('is a list of objects as JSON, and has a name that tells when', () => {
    const [row] = JSON.parse(toJson([change(1, 'LINK_UP', { databases: ['a', 'b'] })]));
    expect(row).toMatchObject({ kind: 'LINK_UP', databases: ['a', 'b'], seenLate: false, cursor: 'log.1' });
    expect(fileName(BEGUN, 'csv')).toBe('cluster-changes-2026-01-31T08-30-00Z.csv');
  });
});
