import { GatewayError } from '../errors.ts';
import { CLUSTER_OPERATIONS } from '../harper/operations.ts';
import type { Reachability } from '../harper/reachability.ts';
import type { WatchInfo } from '../live/hub.ts';
import { builder, enumOf, nullable, requiresNonNull } from './builder.ts';
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

const Backend = builder.objectRef<{ url: string } & Reachability>('Backend').implement({
  description: 'The Harper this gateway talks to.',
  fields: (t) => ({
    url: t.exposeString('url', { description: 'Address of its operations API, without credentials.' }),
    reachable: t.exposeBoolean('reachable', { description: 'Whether it answered the last call.' }),
    lastSuccessAt: t.expose('lastSuccessAt', {
      type: DateTime,
      ...nullable('When it last answered; null when it never did.'),
    }),
    lastError: t.exposeString('lastError', nullable('Why it did not answer the last call; null when it did.')),
    operations: t.field({
      type: [OperationSupport],
      description: 'The eight cluster operations and whether this Harper has them.',
      resolve: (_, __, context) => CLUSTER_OPERATIONS.map((name) => ({ name, native: context.supports(name) })),
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
      description: 'The Harper it talks to, asked for this answer.',
      resolve: ({ backendUrl }, _, { reachability }) => ({ url: backendUrl, ...reachability() }),
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
