import { type DocumentNode, type ExecutionArgs, type GraphQLSchema, Kind, type OperationTypeNode } from 'graphql';
import { makeServer, type Server } from 'graphql-ws';
import type { Admission } from '../../auth/admission.ts';
import type { Caller } from '../../auth/caller.ts';
import { GatewayError } from '../../errors.ts';
import { errorsOf } from '../../graphql/errors.ts';
import type { Limits } from '../../graphql/limits.ts';
import type { PreparedOperation } from '../../graphql/operation.ts';
import { readParams } from '../../graphql/params.ts';
import type { Pipeline } from '../../graphql/pipeline.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { RequestInfo } from '../../schema/context.ts';
import type { TimeSlices } from '../../util/time-slices.ts';
import { callerKey, whoOf } from '../caller-key.ts';
import type { SocketClient } from './socket-client.ts';
import { CANCELLED, type SocketOperation } from './socket-operation.ts';
import { failing, SocketWriter } from './socket-writer.ts';

export interface ProtocolOptions {
  readonly schema: GraphQLSchema;
  readonly pipeline: Pipeline;
  readonly admission: Admission;
  readonly limits: Limits;
  readonly slices: TimeSlices;
  readonly metrics: Metrics;
}

type Extra = SocketClient & Record<PropertyKey, unknown>;

/** What graphql-ws hands on from one hook to the next, in place of the arguments of graphql-js. */
interface Call extends ExecutionArgs {
  readonly client: SocketClient;
  readonly id: string;
  readonly state: SocketOperation;
  readonly prepared: PreparedOperation;
  readonly request: RequestInfo;
}

/**
 * Creates the graphql-transport-ws protocol over the pipeline. graphql-ws keeps the protocol, and its hooks hand each
 * operation to the same steps that it takes over HTTP.
 */
export function createProtocol(options: ProtocolOptions): Server<Extra> {
  const { schema, pipeline, admission, limits, slices, metrics } = options;
  const sent = metrics.eventsSent.labels('websocket');
  const writerOptions = {
    sent: () => sent.inc(),
    ended: (reason: string) => metrics.streamsEnded.inc({ reason }),
    showErrors: pipeline.render.errors,
  };

  /** Counts and keeps what an operation is refused with; the error hook sends it. */
  function refuse(state: SocketOperation, failure: unknown, prepared?: PreparedOperation) {
    state.refusal = pipeline.refuse(failure, state.requestId, prepared?.operation).result.errors;
    return errorsOf(failure);
  }

  function admit(client: SocketClient): Promise<Caller | GatewayError> {
    const { authorization, info } = client;
    return client.checking(admission.admit({ authorization, address: info.address }));
  }

  function checkCount(client: SocketClient): void {
    const most = limits.subscriptionsPerSocket;
    if (client.running <= most) return;
    const message = `There are ${most} operations on this socket already.`;
    throw new GatewayError('LIMIT_EXCEEDED', message, { limit: 'MAX_SUBSCRIPTIONS_PER_SOCKET' });
  }

  async function subscribe({ client, id, state, prepared, request }: Call): Promise<AsyncIterableIterator<never>> {
    const key = callerKey(request.caller, client.info.address);
    const group = pipeline.group(prepared);
    state.hold(limits.startSubscription({ key, group, prepared }));
    const live = await pipeline.subscribe(prepared, group, request);
    const writer = new SocketWriter(live, { client, id, requestId: state.requestId }, writerOptions);
    if (state.isCancelled) await writer.return();
    return writer;
  }

  return makeServer<undefined, Extra>({
    // One timer of ours does for all sockets.
    connectionInitWaitTimeout: 0,
    async onConnect({ extra: client }) {
      const { authorization } = client;
      // A login that is none will never be one: 4403. Without any, operations say what they need.
      if (authorization !== undefined && !admission.isLogin(authorization)) return false;
      const caller = await admit(client).catch((error: unknown) => error);
      try {
        const key = callerKey(caller as Caller | GatewayError, client.info.address);
        client.hold(limits.socketsOfCaller.acquire(key), key);
        return true;
      } catch (error) {
        client.close(4429, `LIMIT_EXCEEDED: ${(error as GatewayError).details.limit}`);
        return false;
      }
    },
    async onSubscribe({ extra: client }, id) {
      const state = client.operation(id);
      if (state === undefined) throw new Error('an operation that has not begun');
      try {
        checkCount(client);
        const caller = await state.race(admit(client));
        // Nobody is told: graphql-ws has forgotten it by now.
        if (caller === CANCELLED) return COMPLETED;
        const turn = slices.turn();
        if (turn !== undefined && (await state.race(client.pausedUntil(turn))) === CANCELLED) return COMPLETED;
        if (caller instanceof GatewayError) limits.memory.checkAnonymous();
        const prepared = pipeline.prepare(readParams(state.takePayload()));
        const request = { requestId: state.requestId, caller };
        return {
          schema,
          document: STAND_INS[prepared.operation.kind],
          client,
          id,
          state,
          prepared,
          request,
        } satisfies Call;
      } catch (failure) {
        return refuse(state, failure);
      }
    },
    async execute(args) {
      const { client, state, prepared, request } = args as Call;
      try {
        const { name, kind } = prepared.operation;
        const who = whoOf(request.caller, client.info.address);
        const permit = limits.startOperation({ ...who, requestId: state.requestId, operation: name ?? kind });
        const run = pipeline.run(prepared, request).finally(() => permit.release());
        const rendered = await state.race(run);
        return rendered === CANCELLED ? {} : (rendered.result as object);
      } catch (failure) {
        return pipeline.refuse(failure, state.requestId, prepared.operation).result as object;
      }
    },
    async subscribe(args) {
      const call = args as Call;
      try {
        return await subscribe(call);
      } catch (failure) {
        const [error] = refuse(call.state, failure, call.prepared);
        return failing(error ?? new Error('The subscription failed.'));
      }
    },
    // What it hands on is rendered already.
    onNext: (_, __, ___, ____, result) => result as never,
    onError({ extra: client }, id, _, errors) {
      const state = client.operation(id);
      if (state?.refusal !== undefined) return state.refusal;
      // What ends a stream comes wrapped in an error of graphql-ws.
      const own = errors.flatMap((error) => errorsOf(error.originalError ?? error));
      return pipeline.render.errors(own, state?.requestId ?? '');
    },
  });
}

const COMPLETED = errorsOf(new GatewayError('BAD_REQUEST', 'The operation was completed.'));

/** graphql-ws looks at the document only to tell a subscription from the rest. */
const STAND_INS = { query: standIn('query'), mutation: standIn('mutation'), subscription: standIn('subscription') };

function standIn(operation: `${OperationTypeNode}`): DocumentNode {
  const selectionSet = { kind: Kind.SELECTION_SET, selections: [] } as const;
  return {
    kind: Kind.DOCUMENT,
    definitions: [{ kind: Kind.OPERATION_DEFINITION, operation: operation as OperationTypeNode, selectionSet }],
  };
}
