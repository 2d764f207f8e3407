import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { post, type RawAnswer } from '../support/harper.ts';
import { ADMIN } from '../support/stack.ts';

/** Login of the sandbox's super user, as add_node takes it. */
export const LOGIN = { username: 'admin', password: 'sandbox' };

/** A node's answer of cluster_status, as far as the tests look at it. */
export interface View {
  readonly node_name: string;
  readonly url?: string;
  readonly is_enabled: boolean;
  readonly connections: readonly {
    readonly name: string;
    readonly url?: string;
    readonly database_sockets: readonly {
      readonly database: string;
      readonly connected?: boolean;
      readonly lastConnectionError?: { readonly code: number; readonly time: string };
      readonly lastReceivedLocalTime?: string;
      readonly lastReceivedVersion?: number;
      readonly lastLiveness?: string;
    }[];
  }[];
}

/** Sends an operation to a node as its super user. */
export function call(sandbox: Sandbox, node: string, operation: string, fields: object = {}): Promise<RawAnswer> {
  return post(sandbox.node(node).url, { operation, ...fields }, ADMIN);
}

export async function view(sandbox: Sandbox, node: string): Promise<View> {
  return (await call(sandbox, node, 'cluster_status')).body;
}

/** The names that a node lists, in order. */
export async function listed(sandbox: Sandbox, node: string): Promise<string[]> {
  return (await view(sandbox, node)).connections.map(({ name }) => name).toSorted();
}

/** What a node says of its sockets, such as `node-2/dev` → true. */
export async function sockets(sandbox: Sandbox, node: string): Promise<Record<string, boolean | undefined>> {
  return socketsIn(await view(sandbox, node));
}

export function socketsIn({ connections }: View): Record<string, boolean | undefined> {
  return Object.fromEntries(
    connections.flatMap(({ name, database_sockets: list }) =>
      list.map(({ database, connected }) => [`${name}/${database}`, connected]),
    ),
  );
}

/** The codes of the last errors of all sockets of a node, each once. */
export function errorsIn({ connections }: View): (number | undefined)[] {
  const all = connections.flatMap(({ database_sockets: list }) => list);
  return [...new Set(all.map(({ lastConnectionError: error }) => error?.code))];
}

/** The sockets with the nodes of these numbers, as `sockets` shows them. */
export function all(names: string[], connected: boolean, databases = ['dev', 'system']): Record<string, boolean> {
  return Object.fromEntries(
    names.flatMap((name) => databases.map((database) => [`node-${name}/${database}`, connected])),
  );
}
