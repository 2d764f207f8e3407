import type { ChangePlanQuery, PeerSetupFragment, RoutePlaceFragment } from '../graphql/graphql.ts';
import { byName } from './cluster.ts';
import { formatTables } from './tables-text.ts';

export type PlanKind = 'ADD' | 'UPDATE' | 'REMOVE' | 'KEEP';

/** One setting before and after a change; undefined where there is none. */
export interface PlanSetting {
  readonly label: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What would become of one node or one route. */
export interface PlanLine {
  readonly kind: PlanKind;
  readonly name: string;
  readonly summary: string;
  readonly settings: readonly PlanSetting[];
}

/** What a change would do, as it can be shown and compared. */
export interface Plan {
  /** The node that was asked, to which the change is sent. */
  readonly nodeName: string;
  /** Of the topology the plan was made against. */
  readonly revision: string;
  readonly lines: readonly PlanLine[];
  readonly warnings: readonly string[];
}

/** The plan of the gateway as the page shows it. */
export function planOf(plan: NonNullable<ChangePlanQuery['clusterPlan']>): Plan {
  return {
    nodeName: plan.nodeName,
    revision: plan.revision,
    warnings: plan.warnings,
    lines: plan.changes.map(({ kind, node, summary, before, after }) => ({
      kind,
      name: node,
      summary,
      settings: settingsOf(before, after),
    })),
  };
}

const SETTINGS: readonly (readonly [label: string, read: (setup: PeerSetupFragment) => string | undefined])[] = [
  ['Replication URL', ({ url }) => url ?? undefined],
  [
    'Replicated',
    ({ subscriptions }) => (subscriptions === null ? 'everything' : formatTables(subscriptions) || 'nothing'),
  ],
  ['Direction', ({ replication }) => directionOf(replication)],
  ['Shard', ({ shard }) => shard?.toString()],
  ['Changes since', ({ startTime }) => startTime ?? undefined],
  ['Revoked certificates', ({ revokedCertificates }) => revokedCertificates.join(', ') || undefined],
];

function directionOf(flow: PeerSetupFragment['replication']): string | undefined {
  if (flow === null) return undefined;
  if (flow.sends && flow.receives) return 'both ways';
  if (flow.sends) return 'sends only';
  return flow.receives ? 'receives only' : 'neither way';
}

/** Every setting that there is before or after. */
function settingsOf(before: PeerSetupFragment | null, after: PeerSetupFragment | null): PlanSetting[] {
  return SETTINGS.map(([label, read]) => ({
    label,
    before: before === null ? undefined : read(before),
    after: after === null ? undefined : read(after),
  })).filter((setting) => setting.before !== undefined || setting.after !== undefined);
}

/** Whether nothing would be changed. */
export function isNoop({ lines }: Plan): boolean {
  return lines.every(({ kind }) => kind === 'KEEP');
}

/** The names of the nodes that a plan removes, each of which is typed to confirm it. */
export function removedIn({ lines }: Plan): string[] {
  return lines.filter(({ kind }) => kind === 'REMOVE').map(({ name }) => name);
}

/** The part of a plan that is about some of the nodes. */
export function onlyAbout(plan: Plan, isMeant: (line: PlanLine) => boolean): Plan {
  return { ...plan, lines: plan.lines.filter(isMeant) };
}

/** What has become of the topology between two plans of the same change, as sentences. */
export function meanwhile(before: Plan, now: Plan): string[] {
  const names = [...new Set([...before.lines, ...now.lines].map(({ name }) => name))].sort(byName);
  const found = names.flatMap((name) => {
    const then = setupBefore(before, name);
    const there = setupBefore(now, name);
    if (then === there) return [];
    if (then === undefined) return [`${name} was added.`];
    if (there === undefined) return [`${name} was removed.`];
    return [`${name} was changed: ${differences(before, now, name).join('; ')}.`];
  });
  return found.length > 0 ? found : ['The topology has another revision, for a reason that this plan does not show.'];
}

/** How a node is according to a plan; undefined where it is none yet. */
function setupBefore({ lines }: Plan, name: string): string | undefined {
  const line = lines.find((each) => each.name === name);
  if (line === undefined || line.kind === 'ADD') return undefined;
  return line.settings.map(({ label, before }) => (before === undefined ? '' : `${label} ${before}`)).join('\n');
}

function differences(before: Plan, now: Plan, name: string): string[] {
  const settingsIn = (plan: Plan) => plan.lines.find((line) => line.name === name)?.settings ?? [];
  const labels = [...new Set([...settingsIn(before), ...settingsIn(now)].map(({ label }) => label))];
  return labels.flatMap((label) => {
    const value = (plan: Plan) => settingsIn(plan).find((setting) => setting.label === label)?.before ?? 'none';
    const [then, there] = [value(before), value(now)];
    return then === there ? [] : [`${label} from ${then} to ${there}`];
  });
}

export type RoutePlace = RoutePlaceFragment;

/** What setting or deleting routes does, which the gateway has no plan for. */
export function routePlan(
  nodeName: string,
  routes: readonly RoutePlace[],
  { added = [], deleted = [] }: { readonly added?: readonly string[]; readonly deleted?: readonly string[] },
): Plan {
  const line = (kind: PlanKind, name: string, what: string): PlanLine => ({
    kind,
    name,
    summary: `The route ${what}.`,
    settings: [],
  });
  const present = routes.map(({ url }) => url);
  const lines = [
    ...added.filter((name) => !present.includes(name)).map((name) => line('ADD', name, 'is added')),
    ...present.map((name) =>
      deleted.includes(name) ? line('REMOVE', name, 'is deleted') : line('KEEP', name, 'stays as it is'),
    ),
  ];
  return { nodeName, revision: present.toSorted().join('\n'), lines, warnings: [] };
}

/** A removal with what is removed at further nodes as well, which the gateway's plan does not show. */
export function alsoRemoved(plan: Plan, name: string, alsoAt: readonly string[]): Plan {
  const further = alsoAt.map(
    (at): PlanLine => ({
      kind: 'UPDATE',
      name: at,
      summary:
        at === name
          ? `At ${name} itself all its peers are removed, too.`
          : `At ${at} the node ${name} is removed, too.`,
      settings: [],
    }),
  );
  const isThere = plan.lines.some(({ kind }) => kind === 'REMOVE');
  const gone: PlanLine = { kind: 'KEEP', name, summary: `${plan.nodeName} does not list ${name}.`, settings: [] };
  const [first, rest] = isThere ? [plan.lines.slice(0, 1), plan.lines.slice(1)] : [[gone], plan.lines];
  return { ...plan, lines: [...first, ...further, ...rest.filter((line) => !alsoAt.includes(line.name))] };
}
