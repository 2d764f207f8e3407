import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { eventually } from './eventually.ts';
import type { Stack } from './stack.ts';

/** Login of the sandbox's super user, as an input has it. */
export const LOGIN = { basic: { username: 'admin', password: 'sandbox' } };

/** What a node holds of its peers, by name: what is configured, without what moves by itself. */
export function heldBy(sandbox: Sandbox, name = 'node-1'): Record<string, unknown>[] {
  return sandbox
    .node(name)
    .replication.records.peers()
    .map(({ name: peer, url, subscriptions, shard, start_time, revoked_certificates }) => ({
      name: peer,
      url,
      subscriptions: subscriptions?.map((item) => JSON.stringify(item)).sort() ?? null,
      shard: shard ?? null,
      startTime: start_time === undefined ? null : new Date(start_time).toISOString(),
      revokedCertificates: revoked_certificates ?? [],
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Settles when every socket node-1 has is connected; a plan is made against that. */
export async function settled({ sandbox }: Pick<Stack, 'sandbox'>): Promise<void> {
  const { links } = sandbox.node('node-1').replication;
  await eventually(() => {
    const down = [...links.values()].filter(({ connected }) => !connected);
    if (down.length > 0) throw new Error(`not connected: ${down.map(({ peer, database }) => `${peer} ${database}`)}`);
  });
}

const PLAN = `query($connections: [NodeInput!]!) {
  clusterPlan(connections: $connections) {
    revision isNoop
    changes {
      kind node summary
      before { url shard subscriptions { database table publish subscribe } startTime revokedCertificates }
      after { url shard subscriptions { database table publish subscribe } startTime revokedCertificates }
    }
  }
}`;

/** One planned change, as a client gets it. */
export interface Planned {
  readonly kind: 'ADD' | 'UPDATE' | 'REMOVE' | 'KEEP';
  readonly node: string;
  readonly summary: string;
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
}

export async function plan(
  stack: Pick<Stack, 'ask'>,
  connections: readonly object[],
): Promise<{ revision: string; isNoop: boolean; changes: Planned[] }> {
  const { data, errors } = await stack.ask(PLAN, { variables: { connections } });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.clusterPlan;
}

/** Asks for 50 changes at once that expect the same revision, and differ in the shard that they set. */
export async function raceToConfigure(
  askers: readonly Pick<Stack, 'ask'>[],
  expectedRevision: string,
  firstShard: number,
): Promise<{ readonly winners: readonly number[]; readonly codes: readonly unknown[] }> {
  const replies = await Promise.all(
    Array.from({ length: 50 }, (_, index) => {
      const shard = firstShard + index;
      const connections = ['node-2', 'node-3'].map((hostname) => ({ hostname, authorization: LOGIN, shard }));
      const asker = askers[index % askers.length] as Pick<Stack, 'ask'>;
      return asker.ask(CONFIGURE, { variables: { input: { connections, expectedRevision } } });
    }),
  );
  return {
    winners: replies.flatMap(({ data }, index) => (data?.configureCluster ? [firstShard + index] : [])),
    codes: replies.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code)),
  };
}

export const CONFIGURE = `mutation($input: ConfigureClusterInput!) {
  configureCluster(input: $input) { message partial emulated warnings steps { node kind ok result message } }
}`;
