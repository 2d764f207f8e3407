import { z } from 'zod';
import type { Redis } from '../../redis/redis.ts';
import { clusterCodec, viewCodec } from '../changelog/codec.ts';
import type { KeptLogOptions } from '../changelog/kept-log.ts';
import type { Leases } from '../changelog/redis/leases.ts';
import { channelOf } from '../changelog/redis/log-keys.ts';
import type { Change } from '../diff.ts';
import type { ClusterChange } from '../whole/cluster-change.ts';
import type { Message } from './messages.ts';
import { createSharedLog, type SharedLog } from './shared-log.ts';
import { createSharing, type Sharing } from './sharing.ts';

/** What gateways share the logs of all logins with. */
export interface SharedStore {
  readonly redis: Redis;
  readonly leases: Leases;
  /** Milliseconds for which a lease is good. */
  readonly leaseMs: number;
}

export interface OpenSharedOptions {
  readonly login: string;
  readonly names: { readonly views: string; readonly whole: string };
  readonly log: Omit<KeptLogOptions<unknown>, 'name' | 'codec' | 'onOwnerLost'>;
}

/** The two logs of one login, and what the gateways do together for it. */
export interface SharedChanges {
  readonly views: SharedLog<Change>;
  readonly whole: SharedLog<ClusterChange>;
  readonly sharing: Sharing;
}

const added = { epoch: z.string(), after: z.number(), changes: z.array(z.string()) };
const failure = z.object({ code: z.string(), message: z.string(), details: z.object({}).loose() });
const contract = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('views'),
    ...added,
    result: z
      .object({
        address: z.string(),
        took: z.number(),
        status: z
          .object({ connections: z.array(z.object({}).loose()) })
          .loose()
          .optional(),
        failure: failure.optional(),
      })
      .optional(),
    lostAt: z.number().nullable(),
    whole: z.object({ epoch: z.string(), length: z.number(), told: z.string() }),
  }),
  z.object({ type: z.literal('whole'), ...added, told: z.string().optional() }),
  z.object({ type: z.literal('released') }),
  z.object({ type: z.literal('poll'), id: z.string() }),
  z.object({ type: z.literal('polled'), ...added, id: z.string() }),
  z.object({ type: z.literal('ended'), failure }),
]);

/** Milliseconds for the lease where a login is opened: there is none yet that could end meanwhile. */
const FIRST_TIMEOUT = 1000;

/**
 * Opens the logs of a login for this gateway as one of several.
 * @throws RedisUnavailable
 */
export type OpenShared = (options: OpenSharedOptions) => Promise<SharedChanges>;

export async function openShared(shared: SharedStore, options: OpenSharedOptions): Promise<SharedChanges> {
  const { redis, leases, leaseMs } = shared;
  const { login, names, log } = options;
  const { store, clock, onFault } = log;
  const channel = channelOf(redis, login);
  let receive: (message: Message) => void = () => undefined;
  const stopListening = await redis.subscribe(channel, (text) => {
    try {
      // What is in a status or a change was checked by the gateway that has read it.
      receive(contract.parse(JSON.parse(text)) as unknown as Message);
    } catch (error) {
      onFault(error);
    }
  });
  const open = async () => ({ views: await store.open(names.views), whole: await store.open(names.whole) });
  try {
    const hasLease = (await leases.acquire(login, FIRST_TIMEOUT)) !== 'by another';
    const stored = await open();
    // Where an end may be lost it takes over in another epoch, as soon as it looks at its lease.
    const isHolder = hasLease && ![stored.views, stored.whole].some(({ mayHaveLostEnd }) => mayHaveLostEnd);
    if (isHolder) leases.use(login);
    const told = { onOwnerLost: () => sharing.check(), onRecovered: () => void sharing.check() };
    const views = createSharedLog({ ...log, ...told, name: names.views, codec: viewCodec }, stored.views);
    const whole = createSharedLog({ ...log, ...told, name: names.whole, codec: clusterCodec }, stored.whole);
    const sharing = createSharing({
      ...{ logs: { views, whole }, open, isHolder, leaseMs, clock, stopListening, onFault },
      acquire: () => leases.acquire(login),
      use: () => leases.use(login),
      release: () => leases.release(login),
      publish(message) {
        // Whoever asks for something waits for a limited time only.
        redis.send(channel, ['PUBLISH', channel, JSON.stringify(message)]).catch(() => undefined);
      },
    });
    receive = sharing.receive;
    return { views, whole, sharing };
  } catch (error) {
    stopListening();
    throw error;
  }
}
