import type { StartedNode } from '../cluster/nodes/start-node.ts';
import { GatewayError } from '../errors.ts';
import { CLUSTER_OPERATIONS } from '../harper/operations.ts';
import type { WatchInfo } from '../live/hub.ts';
import { builder, enumOf, nullable, requiresNonNull } from './builder.ts';
import type { ChangeLogInfo } from './caller-history.ts';
import type { GatewayInfo } from './context.ts';
import { DateTime } from './scalars.ts';

const GatewayMode = enumOf('GatewayMode', 'Whose credentials reach Harper.', {
  FORWARD: "The caller's own; without any, nothing is sent.",
  SERVICE: "The gateway's own; callers are known to it by tokens.",
  SANDBOX: "The caller's own, at the embedded sandbox cluster.",
});

const WatchState = enumOf('WatchState', 'State of the polls that serve live readers.', {
  IDLE: 'Nobody is watching, so nothing is polled.',
  LIVE: 'The last poll succeeded.',
  STALE: 'The first poll has not succeeded yet, or the last one is overdue.',
  LOST: 'Harper cannot be read any more.',
});

const OperationSupport = builder.objectRef<{ name: string; native: boolean | null }>('OperationSupport').implement({
  description: 'Whether the backend has an operation.',
  fields: (t) => ({
    name: t.exposeString('name', { description: "Harper's name of the operation." }),
    native: t.exposeBoolean('native', {
      nullable: true,
      description: 'Whether Harper has it, as its own answers showed; null when it was not tried yet.',
    }),
  }),
});

const Backend = builder.objectRef<StartedNode>('Backend').implement({
  description: 'One node of Harper that this gateway can ask.',
  fields: (t) => ({
    name: t.exposeString('name', {
      nullable: true,
      description: 'What the node calls itself; null before it has told, which its first cluster_status does.',
    }),
    url: t.string({
      description: 'Address of its operations API, without credentials.',
      resolve: ({ address }) => address.displayUrl,
    }),
    discovered: t.boolean({
      description: 'Whether HARPER_DISCOVERY has found it; false for what HARPER_URL names.',
      resolve: ({ isConfigured }) => !isConfigured,
    }),
    reachable: t.boolean({
      description: 'Whether it answered the last call.',
      resolve: ({ client }) => client.reachability.reachable,
    }),
    lastSuccessAt: t.field({
      type: DateTime,
      ...nullable('When it last answered; null when it never did.'),
      resolve: ({ client }) => client.reachability.lastSuccessAt,
    }),
    lastError: t.string({
      ...nullable('Why it did not answer the last call; null when it did.'),
      resolve: ({ client }) => client.reachability.lastError,
    }),
    isChosen: t.boolean({
      description:
        'Whether it is among those that are asked when nobody says which. One that has failed is left out until it ' +
        'can be reached again.',
      resolve: ({ health }) => health.isIn,
    }),
    version: t.exposeString('version', nullable('Version of its Harper; null where it has not told.')),
    oneAtATime: t.boolean({
      description:
        'Whether it gets one cluster_status at a time. True where its answers come from worker threads, which lose ' +
        'some otherwise, and before its first answer.',
      resolve: ({ client }) => client.answersOneAtATime,
    }),
    operations: t.field({
      type: [OperationSupport],
      description: 'The eight cluster operations and whether this Harper has them.',
      resolve: ({ client }) => CLUSTER_OPERATIONS.map((name) => ({ name, native: client.supports(name) })),
    }),
  }),
});

const Watch = builder.objectRef<WatchInfo & { pollInterval: number }>('Watch').implement({
  description: 'The polls that serve live readers.',
  fields: (t) => ({
    intervalMs: t.exposeInt('pollInterval', { description: 'Milliseconds between two polls.' }),
    subscribers: t.exposeInt('subscribers', { description: 'How many readers are served.' }),
    lastPollAt: t.expose('lastPollAt', {
      type: DateTime,
      ...nullable('When Harper was last polled; null when nobody is watching.'),
    }),
    state: t.expose('state', {
      type: WatchState,
      description: 'State of the polls; the worst where there are several.',
    }),
  }),
});

const ChangeLogKind = enumOf('ChangeLogKind', 'Where changes are kept.', {
  MEMORY: 'In the memory of this process: as long as the cluster is watched.',
  FILE: 'In a file, `HISTORY_FILE`: also over a restart.',
  REDIS: 'In Redis, `REDIS_URL`: for all gateways of the cluster, also while none of them runs.',
});

const ChangeLog = builder.objectRef<ChangeLogInfo>('ChangeLog').implement({
  description: 'What keeps the changes of the cluster.',
  fields: (t) => ({
    kind: t.expose('kind', { type: ChangeLogKind, description: 'Where changes are kept.' }),
    failure: t.exposeString('failure', nullable('Why changes are in memory only at this moment; null otherwise.')),
    since: t.expose('since', {
      type: DateTime,
      ...nullable('Since when it is so; null where changes are in memory anyway.'),
    }),
    lost: t.exposeInt('lost', { description: 'How many changes it could not keep, since the gateway was started.' }),
  }),
});

const Gateway = builder.objectRef<GatewayInfo>('Gateway').implement({
  description: 'This gateway.',
  fields: (t) => ({
    version: t.exposeString('version', { description: 'Version of the gateway.' }),
    startedAt: t.expose('startedAt', { type: DateTime, description: 'When it was started.' }),
    mode: t.expose('mode', { type: GatewayMode, description: 'Whose credentials reach Harper.' }),
    warnings: t.exposeStringList('warnings', {
      description: 'What an operator should know of its configuration; empty when there is nothing.',
    }),
    backend: t.field({
      type: Backend,
      description: 'The preferred node, asked for this answer where it can be reached.',
      resolve: (_, __, { nodes }) => nodes[0] as StartedNode,
    }),
    backends: t.field({
      type: [Backend],
      description: 'Every node that can be asked: the configured ones by preference, then those that were discovered.',
      resolve: (_, __, { nodes }) => [...nodes],
    }),
    changeLog: t.field({
      type: ChangeLog,
      description: 'What keeps the changes of the cluster.',
      resolve: (_, __, context) => context.changeLog(),
    }),
    watch: t.field({
      type: Watch,
      description: 'The polls that serve live readers.',
      resolve: ({ pollInterval }, _, { watch }) => ({ ...watch(), pollInterval }),
    }),
  }),
});

builder.queryFields((t) => ({
  gateway: t.field({
    type: Gateway,
    ...requiresNonNull(
      'viewer',
      'This gateway and the Harper behind it. It answers also while Harper does not. ' +
        'It never fails for a caller with a token of the gateway, or with a login that Harper has accepted before.',
    ),
    resolve: async (_, __, context) => {
      // Asks Harper who the caller is, so that only logged-in callers get it and `backend.reachable` is of this moment.
      await context
        .harper()
        .viewer()
        .catch((error: unknown) => {
          // For a known caller no failure of Harper is a failure here: `backend` tells of it.
          // Not known any more is one whose login Harper has just refused.
          if (!(error instanceof GatewayError && context.isKnownCaller())) throw error;
        });
      return context.gateway;
    },
  }),
}));
