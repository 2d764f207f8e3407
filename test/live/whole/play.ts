import { readFileSync } from 'node:fs';
import { mergeViews, type Topology } from '../../../src/cluster/topology/topology.ts';
import type { NodeView } from '../../../src/cluster/topology/view.ts';
import type { ClusterChange } from '../../../src/live/whole/cluster-change.ts';
import { createClusterTracker } from '../../../src/live/whole/cluster-tracker.ts';
import { statusOf, THRESHOLDS, view } from '../../support/views.ts';

/*
 * Tapes of real clusters of which every node was asked every 400 ms, in shorthand. After the seconds comes `# what was
 * done`, or the address that was asked and what came: `name | peer: database+ database-, …`, or `! why not`. A line is
 * there when a node said something else than before.
 */

const GRACES = { change: 1000, recovery: 13_000, cut: 30_000, confirmation: 500 };
const BEGIN = Date.UTC(2026, 10, 26);

/** What a tape comes to. */
export interface Played {
  /** Each change with the seconds at which it was told, such as `11.6 NODE_DOWN n3`. */
  readonly told: readonly string[];
  /** The whole at each moment that was asked for, by its seconds. */
  at(seconds: number): Topology;
}

/** Plays a tape to the tracker. */
export function play(name: string): Played {
  const lines = readFileSync(new URL(`./tapes/${name}.txt`, import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const version = name.endsWith('A') ? '4.7.15' : '5.2.4';
  const tracker = createClusterTracker(GRACES);
  const views = new Map<string, NodeView>();
  const addresses = [...new Set(lines.map((line) => line.split(' ')[1] ?? '').filter((word) => word !== '#'))].sort();
  const told: string[] = [];
  const moments: [seconds: number, topology: Topology][] = [];

  function evaluate(milliseconds: number): void {
    if (views.size < addresses.length) return;
    const topology = mergeViews([...views.values()], THRESHOLDS);
    moments.push([milliseconds / 1000, topology]);
    for (const change of tracker.take(topology, BEGIN + milliseconds))
      told.push(`${(milliseconds / 1000).toFixed(1)} ${textOf(change)}`);
  }

  for (const line of lines) {
    const [, seconds = '', address = '', rest = ''] = line.match(/^(\S+) (\S+) (.*)$/) ?? [];
    const now = Math.round(Number(seconds) * 1000);
    // What lasts is told without another answer.
    for (let due = tracker.nextDue - BEGIN; due <= now; due = tracker.nextDue - BEGIN) evaluate(due);
    if (address === '#') continue;
    const before = views.get(address);
    const rank = addresses.indexOf(address);
    const shared = { rank, version, operationsUrl: `http://${address}:9925` };
    if (rest.startsWith('! ')) {
      views.set(
        address,
        view(before?.name ?? address, 'UNREACHABLE', { ...before, ...shared, ...lost(rest.slice(2)) }),
      );
    } else {
      const [own = '', text = ''] = rest.split(/ ?\| ?/);
      const formerNames = [...(before?.formerNames ?? []), ...(before && before.name !== own ? [before.name] : [])];
      const status = statusOf(own, text, new Date(BEGIN + now));
      views.set(address, { ...view(own, 'UP', shared), formerNames, reason: null, status });
    }
    evaluate(now);
  }
  return {
    told,
    at(seconds) {
      const found = moments.findLast(([at]) => at <= seconds)?.[1];
      if (found === undefined) throw new Error(`nothing was seen until ${seconds} s`);
      return found;
    },
  };
}

function lost(reason: string) {
  return { state: 'UNREACHABLE', reason, status: null } as const;
}

function textOf({ kind, nodes, databases, message, disagreement }: ClusterChange): string {
  if (kind === 'STATE_CHANGED') return `${kind} ${message.match(/to (\w+)\.$/)?.[1]}`;
  if (kind === 'SPLIT') return `${kind} ${message.match(/: (.*)\.$/)?.[1]}`;
  if (kind === 'JOINED') return kind;
  if (disagreement !== null) return `${kind} ${disagreement.kind} ${nodes.join(' ')} ${databases.join(' ')}`.trim();
  return [kind, ...nodes, ...(databases.length > 0 ? ['for', ...databases] : [])].join(' ');
}
