import type { Credentials } from '../auth/credentials.ts';
import { GatewayError } from '../errors.ts';
import { checkInput } from '../harper/checks.ts';
import type { HarperClient } from '../harper/client.ts';
import type { ClusterStatus } from '../harper/domain.ts';
import type { Operation } from '../harper/operations.ts';
import { type Held, type Lock, LockLost, type LockMode, LockTimeout } from './lock.ts';

/** Harper as one mutation uses it. No call ends early because the caller has gone away. */
export interface Sender {
  /**
   * Sends a change whose input is the argument `input` of the caller.
   * @throws GatewayError UPSTREAM_TIMEOUT where a lock that `locked` holds is lost; nothing was sent then
   */
  send<I, O>(operation: Operation<I, O>, input: NoInfer<I>): Promise<O>;
  /** Sends a change while sharing a lock. A wrong input is refused without waiting for the lock. */
  sendShared<I, O>(lock: Lock, operation: Operation<I, O>, input: NoInfer<I>): Promise<O>;
  /** Reads afresh. */
  read<O>(operation: Operation<Record<string, never>, O>): Promise<O>;
  status(): Promise<ClusterStatus>;
  /**
   * Checks an input as `send` does, without sending it.
   * @throws GatewayError BAD_USER_INPUT
   */
  check<I, O>(operation: Operation<I, O>, input: NoInfer<I>): void;
  /** Runs `native` where Harper has the operation, or else `emulated`, which does the same without it. */
  either<T>(operation: { readonly name: string }, native: () => Promise<T>, emulated: () => Promise<T>): Promise<T>;
  /** Whether Harper is known to lack an operation. */
  lacks(operation: { readonly name: string }): boolean;
  /**
   * Runs work while holding a lock, and waits for the lock no longer than a write may take.
   * @throws GatewayError UPSTREAM_TIMEOUT when the lock was not free in time; the work was not started
   */
  locked<T>(lock: Lock, mode: LockMode, work: () => Promise<T>): Promise<T>;
}

export interface SenderOptions {
  readonly client: HarperClient;
  readonly credentials: Credentials;
  readonly readStatus: () => Promise<ClusterStatus>;
  /** Longest wait for a lock, in milliseconds. */
  readonly writeTimeout: number;
}

const INPUT_PATH = ['input'];

/** Creates the sender of one mutation. */
export function createSender({ client, credentials, readStatus, writeTimeout }: SenderOptions): Sender {
  /** Those held at this moment that can be lost. */
  const locksHeld: Held[] = [];

  async function whileHeld<T>(held: Held, work: () => Promise<T>): Promise<T> {
    locksHeld.push(held);
    try {
      return await work();
    } finally {
      locksHeld.splice(locksHeld.indexOf(held), 1);
    }
  }

  const sender: Sender = {
    status: readStatus,
    check: (operation, input) => void checkInput(operation, input, INPUT_PATH),
    async send(operation, input) {
      for (const held of locksHeld) await confirm(held);
      const { data } = await client.call(operation, input, { credentials, inputPath: INPUT_PATH });
      return data;
    },
    async sendShared(lock, operation, input) {
      // Sending checks the input, too, so this is only needed before a wait (bench/queries.ts, row mutation).
      if (!lock.isFree('shared')) sender.check(operation, input);
      return sender.locked(lock, 'shared', () => sender.send(operation, input));
    },
    async read(operation) {
      const { data } = await client.call(operation, {}, { credentials });
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
    async locked(lock, mode, work) {
      try {
        return await lock.hold(mode, writeTimeout, (held) => (held === undefined ? work() : whileHeld(held, work)));
      } catch (error) {
        if (!(error instanceof LockTimeout)) throw error;
        const message = `Another change of this cluster was still running after ${writeTimeout} ms; nothing was sent.`;
        throw new GatewayError('UPSTREAM_TIMEOUT', message, { read: false, outcomeUnknown: false, cause: error });
      }
    },
  };
  return sender;
}

/** Nothing is sent for a change that may no longer be the only one. */
async function confirm(held: Held): Promise<void> {
  try {
    await held.confirm();
  } catch (error) {
    if (!(error instanceof LockLost)) throw error;
    const message =
      'This change has lost its lock, because the gateway stood still or Redis lost what it had. ' +
      'Another change may have been made since; nothing more was sent.';
    throw new GatewayError('UPSTREAM_TIMEOUT', message, { read: false, outcomeUnknown: false, cause: error });
  }
}

/** Whether Harper has said that it lacks this very operation; then it has done nothing. */
function isUnsupported(error: unknown, name: string): boolean {
  return error instanceof GatewayError && error.code === 'OPERATION_UNSUPPORTED' && error.details.operation === name;
}
