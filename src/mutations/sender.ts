import { GatewayError } from '../errors.ts';
import { checkInput } from '../harper/checks.ts';
import type { HarperClient } from '../harper/client.ts';
import type { ClusterStatus } from '../harper/domain.ts';
import type { Operation } from '../harper/operations.ts';
import { DeadlineExceeded } from '../util/deadline.ts';
import type { Lock } from './lock.ts';

/** Harper as the changes of one caller use it. Nothing here is cut off by the caller's leaving. */
export interface Sender {
  /** Sends a change whose input stands at `input` in the caller's arguments. */
  send<I, O>(operation: Operation<I, O>, input: NoInfer<I>): Promise<O>;
  /** Reads afresh. */
  read<O>(operation: Operation<Record<string, never>, O>): Promise<O>;
  status(): Promise<ClusterStatus>;
  /**
   * Refuses an input as `send` would, without sending it.
   * @throws GatewayError BAD_USER_INPUT
   */
  check<I, O>(operation: Operation<I, O>, input: NoInfer<I>): void;
  /** Does something with an operation where Harper has it, or else what does the same job without. */
  either<T>(operation: { readonly name: string }, native: () => Promise<T>, emulated: () => Promise<T>): Promise<T>;
  /** Whether Harper is known to lack an operation. */
  lacks(operation: { readonly name: string }): boolean;
  /** Holds a lock while it works, alone or not, and waits for it no longer than a write may take. */
  locked<T>(lock: Lock, how: 'shared' | 'exclusive', work: () => Promise<T>): Promise<T>;
}

export interface SenderOptions {
  readonly client: HarperClient;
  readonly authorization: string;
  readonly readStatus: () => Promise<ClusterStatus>;
  /** Milliseconds to wait for a lock. */
  readonly writeTimeout: number;
}

/** Creates a sender for one caller. */
export function createSender({ client, authorization, readStatus, writeTimeout }: SenderOptions): Sender {
  const inputPath = ['input'];
  return {
    status: readStatus,
    check: (operation, input) => void checkInput(operation, input, inputPath),
    async send(operation, input) {
      const { data } = await client.call(operation, input, { authorization, inputPath });
      return data;
    },
    async read(operation) {
      const { data } = await client.call(operation, {}, { authorization });
      return data;
    },
    lacks: ({ name }) => client.lacks(name),
    async either({ name }, native, emulated) {
      if (!client.lacks(name)) {
        try {
          return await native();
        } catch (error) {
          if (!isUnsupported(error, name)) throw error;
        }
      }
      return emulated();
    },
    async locked(lock, how, work) {
      try {
        return await lock[how](writeTimeout, work);
      } catch (error) {
        if (!(error instanceof DeadlineExceeded)) throw error;
        const message = `Another change of this cluster was still running after ${writeTimeout} ms; nothing was sent.`;
        throw new GatewayError('UPSTREAM_TIMEOUT', message, { read: false, outcomeUnknown: false });
      }
    },
  };
}

/** Whether Harper has said that it does not have this very operation; it has done nothing then. */
function isUnsupported(error: unknown, name: string): boolean {
  return error instanceof GatewayError && error.code === 'OPERATION_UNSUPPORTED' && error.extensions.operation === name;
}
