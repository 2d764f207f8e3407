import type { Credentials } from '../../auth/credentials.ts';
import { GatewayError } from '../../errors.ts';
import type { ClusterStatus } from '../../harper/domain.ts';
import type { Clock, Timer } from '../../util/clock.ts';
import type { NodeView } from '../topology/view.ts';
import type { Nodes } from './nodes.ts';
import type { StartedNode } from './start-node.ts';
import { type Answer, viewsOf } from './views.ts';

export interface AskingOptions {
  readonly nodes: Nodes;
  /** Milliseconds a node has for its view. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Asks for views. */
export interface Asking {
  /** Asks every node at once. One that is slow or does not answer costs its own view and nothing else. */
  askAll(credentials: Credentials, signal?: AbortSignal): Promise<NodeView[]>;
  /**
   * Asks one node, within the time of a view.
   * @throws GatewayError, the abort reason, or a programming error
   */
  askOne(node: StartedNode, credentials: Credentials, signal?: AbortSignal): Promise<ClusterStatus>;
}

/** A node that did not answer before has this part of the time only. */
const TIME_OF_THE_LOST = 1 / 3;

/** Creates the questions of one cluster. */
export function createAsking({ nodes, timeoutMs, clock }: AskingOptions): Asking {
  /** Nodes that were asked once without knowing which they are. */
  const tried = new WeakSet<StartedNode>();

  function ask(node: StartedNode, credentials: Credentials, signal: AbortSignal | undefined): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const limit = node.health.isIn ? timeoutMs : Math.ceil(timeoutMs * TIME_OF_THE_LOST);
      let timer: Timer | undefined;
      const pending = node.awaitStatus(credentials, {
        resolve: end(resolve),
        reject: end((error: unknown) => (error instanceof GatewayError ? resolve(error) : reject(error))),
      });
      timer = clock.setTimeout(() => {
        pending.cancel();
        node.health.failed();
        end(resolve)(new GatewayError('UPSTREAM_TIMEOUT', `Harper gave no whole answer within ${limit} ms.`));
      }, limit);
      const onAbort = () => {
        pending.cancel();
        end(reject)(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      function end<T>(then: (value: T) => void): (value: T) => void {
        return (value) => {
          clock.clearTimeout(timer);
          signal?.removeEventListener('abort', onAbort);
          then(value);
        };
      }
    });
  }

  /** Reads the versions that are not known, within the time of a view: nobody waits longer for those. */
  async function readVersions(asked: readonly StartedNode[], credentials: Credentials, signal?: AbortSignal) {
    const controller = new AbortController();
    const limit = clock.setTimeout(() => controller.abort(), timeoutMs);
    const both = signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]);
    try {
      await Promise.all(asked.map((node) => node.readVersion(credentials, both)));
    } finally {
      clock.clearTimeout(limit);
    }
  }

  async function askAll(credentials: Credentials, signal?: AbortSignal): Promise<NodeView[]> {
    signal?.throwIfAborted();
    const first = new Map<StartedNode, Answer>();
    // Which addresses lead to one node is not known before it has told its name, and two cluster_status must not meet
    // there. One that has failed before does not hold up the others.
    const until = clock.now() + timeoutMs;
    for (const node of nodes.distinct) {
      if (node.name !== undefined || !node.health.isIn || tried.has(node) || clock.now() >= until) continue;
      tried.add(node);
      first.set(node, await ask(node, credentials, signal));
    }
    const asked = nodes.distinct;
    const answers = await Promise.all(asked.map((node) => first.get(node) ?? ask(node, credentials, signal)));
    await readVersions(
      asked.filter((_, at) => !(answers[at] instanceof GatewayError)),
      credentials,
      signal,
    );
    return viewsOf(asked.map((node, at) => ({ node, answer: answers[at] as Answer })));
  }

  return {
    askAll,
    async askOne(node, credentials, signal) {
      const answer = await ask(node, credentials, signal);
      if (answer instanceof GatewayError) throw answer;
      return answer;
    },
  };
}
