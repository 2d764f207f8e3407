import { WebSocket } from 'ws';
import type { Passage } from './cuts.ts';
import { onMessage, type Timing } from './link.ts';
import type { Resolution } from './names.ts';
import type { Gossip, NodeRecord, Records } from './records.ts';
import type { Time } from './time.ts';

/** The node that is introduced to another, or to which one is introduced. */
export interface Introducer {
  readonly name: string;
  readonly url: string;
  readonly records: Records;
  readonly databases: Set<string>;
  readonly timing: Timing;
  readonly time: Time;
  resolve(url: string): Resolution;
  /** What becomes of data on its way to another node, named as it was created, and back. */
  passageBetween(node: string | undefined): Passage;
}

/** What two nodes tell one another: the entry of the one that speaks, and where they replicate all, what it knows. */
interface Introduction {
  readonly self: NodeRecord;
  readonly gossip?: Gossip | undefined;
}

/**
 * Introduces a node to another, as add_node does.
 * @param record how the node is going to list the other
 * @returns what the other node says of itself
 * @throws Error with the reason as Harper words it
 */
export async function introduce(
  node: Introducer,
  record: NodeRecord & { readonly url: string },
  authorization: string | undefined,
): Promise<NodeRecord> {
  const target = node.resolve(record.url);
  if ('fault' in target) throw new Error(target.fault);
  const { host } = new URL(record.url);
  const passage = node.passageBetween(target.node);
  if (passage === 'closed') throw new Error(`connect ECONNREFUSED ${host}`);
  const socket = new WebSocket(`ws://127.0.0.1:${target.port}/?join=1&from=${encodeURIComponent(node.name)}`, {
    perMessageDeflate: false,
    ...(authorization !== undefined && { headers: { authorization } }),
  });
  const timer = node.time.setTimeout(() => socket.terminate(), node.timing.joinTimeout);
  try {
    return await new Promise<NodeRecord>((resolve, reject) => {
      socket.on('open', () => passage === 'open' && socket.send(JSON.stringify(introductionOf(node, record))));
      onMessage(socket, (text) => {
        const { self, gossip } = JSON.parse(text) as Introduction;
        takeOver(node, gossip);
        resolve(self);
      });
      socket.on('error', (error: NodeJS.ErrnoException) =>
        reject(new Error(error.code === 'ECONNREFUSED' ? `connect ECONNREFUSED ${host}` : error.message)),
      );
      socket.on('close', (code, reason) => reject(new Error(`Connection closed ${reason} ${code}`)));
    });
  } finally {
    node.time.clearTimeout(timer);
    socket.close();
  }
}

/**
 * Stores a node that introduces itself.
 * @returns what it is told
 */
export function welcome(node: Introducer, text: string): string {
  const { self, gossip } = JSON.parse(text) as Introduction;
  const { records } = node;
  records.put({ ...records.get(self.name), ...self });
  takeOver(node, gossip);
  const own = records.get(node.name) ?? records.put({ name: node.name, url: node.url, replicates: true });
  const answer: Introduction = { self: own, gossip: gossip && records.gossip([...node.databases]) };
  return JSON.stringify(answer);
}

function introductionOf({ name, url, records, databases }: Introducer, record: NodeRecord): Introduction {
  const mirrored = record.subscriptions?.map((item) => mirror(item)) ?? null;
  return {
    self: { name, url, subscriptions: mirrored, replicates: mirrored === null },
    gossip: mirrored === null ? records.gossip([...databases]) : undefined,
  };
}

function takeOver({ records, databases }: Introducer, gossip: Gossip | undefined): void {
  if (gossip === undefined) return;
  records.merge(gossip);
  for (const database of gossip.databases) databases.add(database);
}

/** A table subscription as the other side stores it. */
function mirror(item: unknown): unknown {
  if (typeof item !== 'object' || item === null) return item;
  const { publish, subscribe, ...rest } = item as Record<string, unknown>;
  return { ...rest, publish: subscribe, subscribe: publish };
}
