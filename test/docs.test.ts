import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configurationTable } from '../scripts/configuration-table.ts';
import { CONNECTION_STATES, REASON_CODES } from '../src/cluster/state.ts';
import { SETTINGS } from '../src/config/settings.ts';
import { ERROR_CATALOGUE } from '../src/errors.ts';
import { CLUSTER_OPERATIONS } from '../src/harper/operations.ts';

const DOCUMENTS = [
  ...readdirSync('.').filter((file) => file.endsWith('.md')),
  ...readdirSync('docs')
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];

const read = (file: string) => readFileSync(file, 'utf8');

describe('the documentation', () => {
  it('has the error catalogue of the code, row by row', () => {
    const rows = read('docs/errors.md').matchAll(/^\| `(\w+)` \| (\d+) \| (\w+) \| (.+) \|$/gm);
    const documented = [...rows].map(([, code, status, retryable, when]) => [code, Number(status), retryable, when]);
    expect(documented).toEqual(
      Object.entries(ERROR_CATALOGUE).map(([code, entry]) => [code, entry.httpStatus, entry.retryable, entry.when]),
    );
  });

  it('has the settings of the code', () => {
    expect(read('docs/configuration.md')).toContain(configurationTable());
  });

  it('has the thresholds, states and reasons of the code', () => {
    const text = read('docs/connection-state.md');
    for (const word of [...CONNECTION_STATES, ...Object.keys(REASON_CODES)]) expect(text).toContain(`\`${word}\``);
    for (const name of ['LAG_THRESHOLD', 'BACK_PRESSURE_THRESHOLD', 'LIVENESS_THRESHOLD'] as const) {
      const value = Number(SETTINGS[name].default).toLocaleString('en').replace(',', ' ');
      expect(text.replaceAll('\n', ' ')).toMatch(new RegExp(`\`${name}\` \\(${value}\\b`));
    }
  });

  it('has every operation of the code', () => {
    for (const name of CLUSTER_OPERATIONS) expect(read('docs/operations.md')).toContain(`\`${name}\``);
  });

  it.each(DOCUMENTS)('links only to what exists: %s', (file) => {
    const targets = [...read(file).matchAll(/\]\(([^)#]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^https?:/.test(target));
    expect(targets.filter((target) => !existsSync(join(dirname(file), target)))).toEqual([]);
  });
});
