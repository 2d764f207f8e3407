import { z } from 'zod';

/*
 * The answer of cluster_status on Harper 4.4 to 5.x (docs/harper.md, cluster_status). `npm run generate` makes
 * check.generated.ts of it.
 */

const flag = z.boolean().nullish();
const number = z.number().nullish();
const text = z.string().nullish();
/** A time: toUTCString() text, ISO text or milliseconds; `Copying` is a word some versions put in its place. */
const time = z.union([z.string(), z.number()]).nullish();

const socket = z.object({
  database: z.string(),
  connected: flag,
  latency: number,
  threadId: number,
  thread_id: number,
  nodes: z.array(z.unknown()).nullish(),
  lastCommitConfirmed: time,
  lastReceivedRemoteTime: time,
  lastReceivedLocalTime: time,
  lastReceivedVersion: number,
  sendingMessage: time,
  backPressurePercent: number,
  lastReceivedStatus: text,
  blobReplicationFailures: number,
  lastBlobFailure: time,
  lastLiveness: time,
  lastConnectionError: z.object({ code: z.union([z.number(), z.string()]).nullish(), time }).nullish(),
});

const flow = z
  .union([
    z.boolean(),
    z.object({ sends: flag, receives: flag, sendsTo: z.unknown().optional(), receivesFrom: z.unknown().optional() }),
  ])
  .nullish();

const connection = z.object({
  name: z.string(),
  url: text,
  subscriptions: z.array(z.unknown()).nullish(),
  replicates: flow,
  replicateByDefault: flow,
  shard: z.union([z.number(), z.string()]).nullish(),
  start_time: time,
  startTime: time,
  revoked_certificates: z.array(z.unknown()).nullish(),
  ca_info: z.object({ issuer: text, subject: text, serialNumber: text, validFrom: time, validTo: time }).nullish(),
  database_sockets: z.array(socket).nullish(),
});

/** An item of `subscriptions`. Harper stores and returns items unchecked, so each is checked on its own. */
export const subscriptionContract = z.object({
  database: text,
  schema: text,
  table: z.string(),
  publish: flag,
  subscribe: flag,
});

/** The answer of cluster_status as Harper sends it. */
export const statusContract = z.object({
  type: text,
  node_name: z.string(),
  url: text,
  shard: z.union([z.number(), z.string()]).nullish(),
  is_enabled: flag,
  connections: z.array(connection).nullish(),
});

export type RawStatus = z.output<typeof statusContract>;
export type RawPeer = z.output<typeof connection>;
export type RawSocket = z.output<typeof socket>;
export type RawFlow = z.output<typeof flow>;
