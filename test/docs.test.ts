import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configurationTable } from '../scripts/configuration-table.ts';
import { CONNECTION_STATES, REASON_CODES } from '../src/cluster/state.ts';
import { readConfig } from '../src/config/config.ts';
import { SETTING_NAMES, SETTINGS } from '../src/config/settings.ts';
import { ERROR_CATALOGUE } from '../src/errors.ts';
import { createLimits } from '../src/graphql/limits.ts';
import { CLUSTER_OPERATIONS } from '../src/harper/operations.ts';
import { createLogger } from '../src/observability/logger.ts';

const DOCUMENTS = [
  ...readdirSync('.').filter((file) => file.endsWith('.md')),
  ...readdirSync('docs')
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];

/** Limits of what a document asks for: they bound no resource that is held. */
const OF_A_DOCUMENT = [
  'MAX_DEPTH',
  'MAX_ALIASES',
  'MAX_COST',
  'MAX_LIST_LENGTH',
  'MAX_STRING_LENGTH',
  'MAX_INPUT_DEPTH',
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

  it('has a row for every resource that a setting of the code limits, and for every metric of what is held', () => {
    const text = read('docs/security.md');
    const rows = [...text.matchAll(/^\| .+ \|$/gm)].map(([row]) => row.split('|').map((cell) => cell.trim()));
    const resources = rows.filter((cells) => cells.length === 8);
    const named = new Set(
      resources.flatMap((cells) => cells.join(' ').match(/`[A-Z_]+`/g) ?? []).map((name) => name.slice(1, -1)),
    );
    const limits = SETTING_NAMES.filter((name) => /^MAX_|_LIMIT$|(?<!MIN)_BYTES$|^LOGIN_FAILURES/.test(name));
    expect(limits.filter((name) => !named.has(name))).toEqual(OF_A_DOCUMENT);
    const codes = new Set<string>(Object.keys(ERROR_CATALOGUE));
    const settings = new Set<string>(SETTING_NAMES);
    expect([...named].filter((name) => !settings.has(name) && !codes.has(name))).toEqual([]);
    const metrics = resources.flatMap((cells) => cells[6]?.match(/`(MAX_\w+)`/)?.[1] ?? []);
    const { settings: values } = readConfig({});
    const { held } = createLimits(values, {
      logger: createLogger('silent'),
      memory: {
        ...{ state: 'ok', share: 0 },
        checkAnonymous: () => undefined,
        checkStream: () => undefined,
      },
    });
    expect([...new Set(metrics)].toSorted()).toEqual(Object.keys(held).toSorted());
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
