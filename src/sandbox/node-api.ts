import type { IncomingMessage } from 'node:http';
import type { Faults } from './faults.ts';
import type { NodeRecord } from './records.ts';
import type { Replication } from './replication.ts';

/** Which Harper a sandbox node behaves as. */
export type Dialect = '4.7' | '5.2';

/** An answer as it goes out. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** A call that has arrived. */
export interface Call {
  /** Ends it; a second time does nothing. */
  done(): void;
}

/** A node as its operations see it. */
export interface NodeApi {
  readonly name: string;
  readonly dialect: Dialect;
  readonly faults: Faults;
  readonly replication: Replication;
  /** Called with every request, for tests that look at headers. */
  readonly onRequest: ((req: IncomingMessage) => void) | undefined;
  /** The routes in the configuration, which the node reads when it starts. */
  routes: unknown[];
  /** Settles when the node is not, or no longer, frozen. */
  whenThawed(): Promise<void>;
  /** Counts a call and keeps what was sent. */
  arrived(body: Readonly<Record<string, unknown>>): Call;
  /** Runs cluster_status as this node's Harper does. */
  status(call: Call, answer: () => Reply): Promise<Reply>;
  /** How many answers of cluster_status have been given; each comes in another order. */
  nextStatus(): number;
  configuration(): object;
  /**
   * Stores a peer, introduces this node to it, and tells the cluster.
   * @returns why the introduction failed; undefined when it did not
   */
  addPeer(
    record: Omit<NodeRecord, 'changedAt'>,
    url: string,
    authorization: string | undefined,
  ): Promise<string | undefined>;
}
