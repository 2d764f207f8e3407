import { type Answer, mapAnswer } from '../api/answer.ts';
import type { ApiError } from '../api/errors.ts';
import {
  AddNodeDocument,
  ChangePlanDocument,
  ConfigureClusterDocument,
  DeleteRoutesDocument,
  type NodeInput,
  PeersDocument,
  type PeersQuery,
  RemoveNodeDocument,
  type RouteInput,
  RoutesDocument,
  SetRoutesDocument,
  UpdateNodeDocument,
} from '../graphql/graphql.ts';
import {
  alsoRemoved,
  onlyAbout,
  type Plan,
  planOf,
  type RoutePlace,
  removedIn,
  routePlan,
} from '../model/change-plan.ts';
import type { ChangeResult } from '../model/change-result.ts';
import { faultsOf } from '../model/faults.ts';
import { LOGIN_FIELDS, type Peer, SETTING_FIELDS } from '../model/peer-fields.ts';
import { nameOfInput, wantedWith, wantedWithout, withoutLogins } from '../model/wanted.ts';
import type { Proposal } from './change-flow.ts';
import type { Session } from './session.ts';

type Asker = Pick<Session, 'ask' | 'sendOnce'>;

const TIMEOUT_MS = 30_000;
const PEER_FIELDS = [...SETTING_FIELDS, ...LOGIN_FIELDS];

/** No name stands for the preferred node that answers. */
export type Where = string | undefined;

/** What a payload holds; steps and restarts are not in all of them. */
interface Payload {
  readonly node: string;
  readonly message: string;
  readonly partial: boolean;
  readonly emulated: boolean;
  readonly warnings: readonly string[];
  readonly restartRequired?: boolean;
  readonly steps?: readonly {
    readonly at?: string;
    readonly kind?: string;
    readonly node: string;
    readonly result: string;
    readonly message: string;
  }[];
}

const NOTHING: ApiError = { code: 'INVALID_ANSWER', message: 'The answer is empty.', retryable: false, details: {} };

function resultOf(answer: Answer<{ readonly result?: Payload | null }>): Answer<ChangeResult> {
  if (answer.error !== undefined) return answer;
  const { result } = answer.data;
  if (!result) return { error: NOTHING };
  const { steps = [], restartRequired = false, ...rest } = result;
  return { data: { ...rest, restartRequired, steps: steps.map((step) => ({ ...step, kind: step.kind })) } };
}

/** The peers of a node, and what it is called. */
export async function askPeers(session: Asker, node: Where): Promise<Answer<NonNullable<PeersQuery['clusterStatus']>>> {
  const answer = await session.ask(PeersDocument, { node: node ?? null }, TIMEOUT_MS);
  if (answer.error !== undefined) return answer;
  const status = answer.data.clusterStatus;
  return status ? { data: status } : { error: NOTHING };
}

interface RoutesOfNode {
  readonly nodeName: string;
  readonly routes: readonly RoutePlace[];
}

/** The routes of a node, and what it is called. */
export async function askRoutes(session: Asker, node: Where): Promise<Answer<RoutesOfNode>> {
  const answer = await session.ask(RoutesDocument, { node: node ?? null }, TIMEOUT_MS);
  if (answer.error !== undefined) return answer;
  const { routes, clusterStatus } = answer.data;
  return routes && clusterStatus ? { data: { routes, nodeName: clusterStatus.nodeName } } : { error: NOTHING };
}

async function planFor(session: Asker, connections: NodeInput[], node: Where): Promise<Answer<Plan>> {
  const answer = await session.ask(ChangePlanDocument, { connections, node: node ?? null }, TIMEOUT_MS);
  if (answer.error !== undefined) return answer;
  const plan = answer.data.clusterPlan;
  return plan ? { data: planOf(plan) } : { error: NOTHING };
}

/** The plan of a change of one node: the others stay as they are. */
async function planOfOne(
  session: Asker,
  { node, wanted }: { readonly node: Where; readonly wanted: (peers: readonly Peer[]) => NodeInput[] },
  name: string,
): Promise<Answer<Plan>> {
  const peers = await askPeers(session, node);
  if (peers.error !== undefined) return peers;
  const { nodeName, connections } = peers.data;
  const all = wanted(connections);
  const plan = await planFor(session, all, nodeName);
  if (plan.error !== undefined)
    return {
      error: onlyOf(
        plan.error,
        all.findIndex((input) => nameOfInput(input) === name),
      ),
    };
  // What a round trip cannot tell of the others, such as one direction only, is not changed by this.
  return mapAnswer(plan, (whole) => onlyAbout(whole, (line) => line.name === name || line.kind === 'KEEP'));
}

/** A failure without what is wrong with the other peers, which no field of a form for one is about. */
function onlyOf(error: ApiError, own: number): ApiError {
  const { issues = [] } = error.details;
  const isOwn = ([first, index]: readonly (string | number)[]) => first !== 'connections' || index === own;
  return { ...error, details: { ...error.details, issues: issues.filter(({ path }) => isOwn(path)) } };
}

/** Where a change was planned, and for which topology: the gateway refuses it for any other. */
function planned({ nodeName, revision }: Plan): { readonly node: string; readonly expectedRevision: string } {
  return { node: nodeName, expectedRevision: revision };
}

export interface NodeChange {
  readonly input: NodeInput;
  readonly node: Where;
  readonly waitForConnected: number;
}

/** Adds a node. */
export function proposeAdd(session: Asker, { input, node, waitForConnected }: NodeChange): Proposal {
  const name = nameOfInput(input);
  const { authorization, ...setup } = input;
  return {
    kind: 'add',
    subject: name,
    isCompared: true,
    withoutLogins: authorization ? () => proposeAdd(session, { input: setup, node, waitForConnected }) : undefined,
    faultsOf: (error) => faultsOf(error, ['hostname', ...PEER_FIELDS, 'wait', 'node']),
    plan: () => planOfOne(session, { node, wanted: (peers) => wantedWith(peers, { ...setup, hostname: name }) }, name),
    send: async (plan) =>
      resultOf(await session.sendOnce(AddNodeDocument, { input: { ...input, ...planned(plan), waitForConnected } })),
  };
}

/** Changes how the cluster replicates with a node. */
export function proposeUpdate(session: Asker, { input, node, waitForConnected }: NodeChange): Proposal {
  const hostname = nameOfInput(input);
  const { authorization, ...setup } = input;
  return {
    kind: 'update',
    subject: hostname,
    isCompared: true,
    withoutLogins: authorization ? () => proposeUpdate(session, { input: setup, node, waitForConnected }) : undefined,
    faultsOf: (error) => faultsOf(error, [...PEER_FIELDS, 'wait']),
    plan: async () => {
      const plan = await planOfOne(session, { node, wanted: (peers) => wantedWith(peers, setup) }, hostname);
      const isUnseen = authorization || input.retainAuthorization || typeof input.verifyTls === 'boolean';
      return isUnseen ? mapAnswer(plan, (whole) => withUnseen(whole, hostname)) : plan;
    },
    send: async (plan) =>
      resultOf(
        await session.sendOnce(UpdateNodeDocument, {
          input: { ...input, hostname, ...planned(plan), waitForConnected },
        }),
      ),
  };
}

/** Harper lists neither logins nor the check of certificates, so the gateway's plan cannot show them. */
function withUnseen(plan: Plan, name: string): Plan {
  const lines = plan.lines.map((line) =>
    line.name === name && line.kind === 'KEEP'
      ? { ...line, kind: 'UPDATE' as const, summary: `${name} is told its login or check of certificates again.` }
      : line,
  );
  return { ...plan, lines };
}

export interface Removal {
  readonly hostname: string;
  readonly node: Where;
  readonly alsoAt: readonly string[];
}

/** Removes a node. */
export function proposeRemove(session: Asker, { hostname, node, alsoAt }: Removal): Proposal {
  return {
    kind: 'remove',
    subject: hostname,
    isCompared: true,
    withoutLogins: undefined,
    faultsOf: (error) => faultsOf(error, ['node', 'alsoAt']),
    plan: () => planRemoval(session, { hostname, node, alsoAt }),
    send: async (plan) => {
      // Those before the asked node do not list it any more.
      const further = alsoAt.slice(alsoAt.indexOf(plan.nodeName) + 1);
      const input = { hostname, ...planned(plan), alsoAt: further };
      const answer = resultOf(await session.sendOnce(RemoveNodeDocument, { input }));
      return mapAnswer(answer, (result) => withFirstRemoval(result, hostname));
    },
  };
}

/** The plan of the first node that lists it: one that does not would refuse, and then nothing is done at the others. */
async function planRemoval(session: Asker, { hostname, node, alsoAt }: Removal): Promise<Answer<Plan>> {
  const plan = await planOfOne(session, { node, wanted: (peers) => wantedWithout(peers, hostname) }, hostname);
  if (plan.error !== undefined) return plan;
  const [next, ...others] = alsoAt;
  const isListed = removedIn(plan.data).length > 0;
  if (isListed || next === undefined || next === hostname)
    return { data: alsoRemoved(plan.data, hostname, isListed ? alsoAt : []) };
  return planRemoval(session, { hostname, node: next, alsoAt: others });
}

/** Beside the removals at further nodes stands the one that was asked for first. */
function withFirstRemoval(result: ChangeResult, hostname: string): ChangeResult {
  const { node: at, message, steps } = result;
  if (steps.length === 0) return result;
  return { ...result, steps: [{ at, kind: 'REMOVE', node: hostname, result: 'DONE', message }, ...steps] };
}

export interface Configuration {
  readonly connections: readonly NodeInput[];
  /** The names that the fields of the rows begin with, in the order of the connections. */
  readonly rows: readonly string[];
  readonly node: Where;
}

/** Makes the peers the wanted ones. */
export function proposeConfigure(session: Asker, configuration: Configuration): Proposal {
  const { connections, rows, node } = configuration;
  const hasLogins = connections.some(({ authorization }) => authorization);
  return {
    kind: 'configure',
    subject: undefined,
    isCompared: true,
    withoutLogins: hasLogins
      ? () => proposeConfigure(session, { ...configuration, connections: withoutLogins(connections) })
      : undefined,
    faultsOf: (error) => faultsOf(error, ['hostname', ...PEER_FIELDS], (index) => rows[index]),
    plan: () => planFor(session, [...connections], node),
    send: async (plan) =>
      resultOf(
        await session.sendOnce(ConfigureClusterDocument, {
          input: { connections: [...connections], ...planned(plan) },
        }),
      ),
  };
}

export interface RouteChange {
  readonly node: Where;
  /** Routes to set; none where some are deleted. */
  readonly added: readonly { readonly url: string; readonly input: RouteInput }[];
  /** URLs of routes to delete. */
  readonly deleted: readonly string[];
}

/** Sets or deletes routes. */
export function proposeRoutes(session: Asker, { node, added, deleted }: RouteChange): Proposal {
  return {
    kind: 'routes',
    subject: undefined,
    isCompared: false,
    withoutLogins: undefined,
    faultsOf: (error) => faultsOf(error, ['host', 'hostname', 'url']),
    plan: async () =>
      mapAnswer(await askRoutes(session, node), ({ nodeName, routes }) =>
        routePlan(nodeName, routes, { added: added.map(({ url }) => url), deleted }),
      ),
    send: async ({ nodeName }) => {
      if (deleted.length > 0) {
        const routes = deleted.map((url) => ({ url }));
        return resultOf(await session.sendOnce(DeleteRoutesDocument, { input: { node: nodeName, routes } }));
      }
      const routes = added.map(({ input }) => input);
      return resultOf(await session.sendOnce(SetRoutesDocument, { input: { node: nodeName, routes } }));
    },
  };
}
