import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { startService } from './support/service.ts';

const RULES = 'deploy/prometheus-rules.yaml';
const DASHBOARD = 'deploy/grafana-dashboard.json';

const promtool = (...args: string[]) => spawnSync('promtool', args, { encoding: 'utf8' });
const HAS_PROMTOOL = promtool('--version').error === undefined;
if (!HAS_PROMTOOL) console.log('Alert rules are not tested: there is no promtool (Debian package prometheus).');

/** One of the alerts, and the samples that it fires with, minute by minute, in the notation of promtool. */
interface Case {
  readonly alert: string;
  readonly series: Readonly<Record<string, string>>;
  readonly at: string;
  /** Those that the alert keeps. */
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
}

const up = (peer: string, database: string) =>
  `harper_cluster_socket_connected{node="node-1",peer="${peer}",database="${database}"}`;
const node = (name: string) => `harper_cluster_node_up{node="${name}"}`;
const OTHERS = { [up('node-3', 'dev')]: '1x10', [up('node-3', 'system')]: '1x10' };

const CASES: readonly Case[] = [
  {
    alert: 'HarperClusterSplit',
    series: { 'harper_cluster_islands{job="gateway"}': '1 2x10' },
    at: '3m',
    labels: { job: 'gateway' },
    summary: 'The cluster is split into 2 islands.',
  },
  {
    alert: 'HarperNodeDown',
    series: {
      ...{ [node('node-1')]: '1x10', [node('node-2')]: '1 0x10' },
      // What its peers say of it is told with it.
      ...{ [up('node-2', 'dev')]: '1 0x10', [up('node-2', 'system')]: '1 0x10' },
    },
    at: '3m',
    labels: { node: 'node-2' },
    summary: 'node-2 does not answer, and other nodes do.',
  },
  {
    alert: 'HarperPeerCutOff',
    series: { ...OTHERS, [up('node-2', 'dev')]: '1 0x10', [up('node-2', 'system')]: '1 0x10' },
    at: '3m',
    labels: { node: 'node-1', peer: 'node-2' },
    summary: 'node-1 is not connected to node-2 for any database.',
  },
  {
    alert: 'HarperLinkDown',
    series: { ...OTHERS, [up('node-2', 'dev')]: '1 0x10', [up('node-2', 'system')]: '1x10' },
    at: '3m',
    labels: { node: 'node-1', peer: 'node-2', database: 'dev' },
    summary: 'dev does not replicate from node-2 to node-1.',
  },
  {
    alert: 'HarperNodesDisagree',
    series: {
      'harper_cluster_disagreements{kind="MEMBER_UNKNOWN"}': '0 1x10',
      'harper_cluster_disagreements{kind="LINK_ONE_SIDED"}': '1x10',
    },
    at: '7m',
    labels: { kind: 'MEMBER_UNKNOWN' },
    summary: 'The views of the nodes do not fit together: MEMBER_UNKNOWN.',
  },
  {
    alert: 'HarperReplicationBehind',
    series: { 'harper_cluster_socket_lag_seconds{node="node-1",peer="node-2",database="dev"}': '90x10' },
    at: '6m',
    labels: { node: 'node-1', peer: 'node-2', database: 'dev' },
    summary: 'Changes of dev come from node-2 to node-1 more than a minute late.',
  },
  {
    alert: 'HarperGatewayBlind',
    series: { 'harper_gateway_staleness_seconds{instance="a"}': '0 31 91 151 211' },
    at: '4m',
    labels: { instance: 'a' },
    summary: 'a has not seen the cluster for more than 30 s.',
  },
  {
    alert: 'HarperGatewayLoginRefused',
    series: {
      'harper_gateway_upstream_failures_total{instance="a",code="OWN_LOGIN",operation="cluster_status"}': '0 1 2 3',
    },
    at: '3m',
    labels: { instance: 'a', code: 'OWN_LOGIN', operation: 'cluster_status' },
    summary: 'Harper refuses the login of a itself.',
  },
  {
    alert: 'HarperGatewayFault',
    series: { 'harper_gateway_faults_total{instance="a",part="live"}': '0 0 1 1' },
    at: '3m',
    labels: { instance: 'a', part: 'live' },
    summary: 'A fault in the code of a, part live.',
  },
  {
    alert: 'HarperGatewayShortOfMemory',
    series: { 'harper_gateway_memory_share{instance="a"}': '0.85x10' },
    at: '6m',
    labels: { instance: 'a' },
    summary: 'a takes more than 80 % of its memory.',
  },
  {
    alert: 'HarperGatewayLogFull',
    series: { 'harper_gateway_streams_ended_total{instance="a",reason="SLOW_CONSUMER"}': '0 0 2 2' },
    at: '3m',
    labels: { instance: 'a', reason: 'SLOW_CONSUMER' },
    summary: 'Readers of a have missed changes: the log of changes was full.',
  },
  {
    alert: 'HarperGatewayHistoryNotKept',
    series: { 'harper_gateway_history_kept{instance="a"}': '1 0x9' },
    at: '7m',
    labels: { instance: 'a' },
    summary: 'a cannot keep what happens to the cluster: it is in memory only.',
  },
];

/** A unit test of promtool: with these samples exactly this alert fires, or none. */
function unitTest({ alert, series, at, labels, summary }: Case, fires: boolean): object {
  const rule = rules().find((each) => each.alert === alert);
  return {
    interval: '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    alert_rule_test: rules().map(({ alert: name }) => ({
      eval_time: at,
      alertname: name,
      exp_alerts:
        fires && name === alert
          ? [
              {
                exp_labels: { ...labels, ...rule?.labels },
                exp_annotations: { ...rule?.annotations, summary },
              },
            ]
          : [],
    })),
  };
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}

function rules(): Rule[] {
  const { groups } = parse(readFileSync(RULES, 'utf8')) as { groups: { rules: Rule[] }[] };
  return groups.flatMap((group) => group.rules);
}

function runUnitTests(tests: readonly object[]): { status: number | null; output: string } {
  const file = join(mkdtempSync(join(tmpdir(), 'harper-gateway-alerts-')), 'tests.yaml');
  writeFileSync(file, stringify({ rule_files: [resolve(RULES)], evaluation_interval: '1m', tests }));
  const { status, stdout, stderr } = promtool('test', 'rules', file);
  return { status, output: `${stdout}${stderr}` };
}

describe.runIf(HAS_PROMTOOL)('the alert rules', () => {
  it('are rules that Prometheus takes', () => {
    const { status, stderr } = promtool('check', 'rules', RULES);
    expect([status, stderr]).toEqual([0, '']);
  });

  it.each(CASES)('fire when they must, and no other: $alert', (each) => {
    expect(runUnitTests([unitTest(each, true)])).toMatchObject({ status: 0 });
    // The same test fails where it expects nothing: it can fail at all.
    expect(runUnitTests([unitTest(each, false)]).status).not.toBe(0);
  });

  it('do not fire while all is well', () => {
    const well: Case = {
      alert: 'none',
      at: '9m',
      labels: {},
      summary: '',
      series: {
        ...OTHERS,
        ...{ [node('node-1')]: '1x10', [node('node-2')]: '1x10' },
        'harper_cluster_islands{job="gateway"}': '1x10',
        'harper_cluster_disagreements{kind="MEMBER_UNKNOWN"}': '0x10',
        'harper_gateway_staleness_seconds{instance="a"}': '0.5x10',
        'harper_gateway_memory_share{instance="a"}': '0.3x10',
        'harper_gateway_upstream_failures_total{instance="a",code="UPSTREAM_TIMEOUT"}': '0+1x10',
        'harper_gateway_streams_ended_total{instance="a",reason="client"}': '0+5x10',
        'harper_gateway_faults_total{instance="a",part="live"}': '1x10',
      },
    };
    expect(runUnitTests([unitTest(well, false)])).toMatchObject({ status: 0 });
  });

  it('are all tried', () => {
    expect(CASES.map(({ alert }) => alert).sort()).toEqual(
      rules()
        .map(({ alert }) => alert)
        .sort(),
    );
  });
});

describe('the metrics that alerts and dashboard name', () => {
  const named = (text: string) => new Set([...text.matchAll(/\b(?:harper|nodejs)_\w+/g)].map(([name]) => name));

  it.each([RULES, DASHBOARD])('are those of a gateway: %s', async (file) => {
    const folder = mkdtempSync(join(tmpdir(), 'harper-alerts-'));
    const settings = { HISTORY_FILE: join(folder, 'history.db') };
    await using service = await startService({ sandbox: { nodes: 2 }, settings });
    const scrape = async () => (await fetch(new URL('/metrics', service.url))).text();
    // The first begins the watch that the gauges of the cluster are taken from.
    await scrape();
    await service.ask('{ clusterStatus { nodeName } }', { as: service.viewer });
    const known = named((await scrape()).replace(/^# HELP (\S+).*$/gm, '$1'));
    const found = named(readFileSync(file, 'utf8'));
    expect(found.size).toBeGreaterThan(5);
    expect([...found].filter((name) => !known.has(name))).toEqual([]);
  });

  it('are shown by panels that have a title, a query, and a place of their own', () => {
    const { panels } = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as {
      panels: { title: string; targets: { expr: string }[]; gridPos: { x: number; y: number; w: number; h: number } }[];
    };
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)} ${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { title, targets } of panels) {
      expect(title).not.toBe('');
      expect(targets.map(({ expr }) => expr).join()).toContain('instance=~"$instance"');
    }
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  });

  it("count a refusal of the gateway's own login apart", async () => {
    await using service = await startService({
      sandbox: { nodes: 1, authorizeLocal: false },
      settings: { HARPER_PASSWORD: 'mistyped' },
    });
    await service.ask('{ clusterStatus { nodeName } }', { as: service.viewer });
    const text = await (await fetch(new URL('/metrics', service.url))).text();
    expect(text).toMatch(
      /^harper_gateway_upstream_failures_total\{node="\S+",operation="cluster_status",code="OWN_LOGIN"\} [1-9]/m,
    );
  });
});
