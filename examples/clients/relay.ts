import type { GraphQLFormattedError } from 'graphql';
import {
  commitMutation,
  Environment,
  fetchQuery,
  type GraphQLResponse,
  Network,
  Observable,
  RecordSource,
  type RequestParameters,
  requestSubscription,
  Store,
  type Variables,
} from 'relay-runtime';
// What relay-compiler makes of the graphql`…` literals of an application, which stand in the place of these.
import removeNodeMutation, { type relayRemoveNodeMutation } from './__generated__/relayRemoveNodeMutation.graphql.ts';
import statusQuery, { type relayStatusQuery } from './__generated__/relayStatusQuery.graphql.ts';
import watchStatus, {
  type relayWatchStatusSubscription,
} from './__generated__/relayWatchStatusSubscription.graphql.ts';
import { createSocket } from './socket.ts';

type Status = relayStatusQuery['response']['clusterStatus'];

/** Thrown by the network: Relay drops the errors of an answer that has any data, such as `{ clusterStatus: null }`. */
export class AnswerError extends Error {
  readonly errors: readonly GraphQLFormattedError[];
  constructor(errors: readonly GraphQLFormattedError[]) {
    super(errors.map(({ message }) => message).join(' '));
    this.errors = errors;
  }
}

type Answer = GraphQLResponse & { errors?: readonly GraphQLFormattedError[] };

/** Queries and mutations over HTTP, subscriptions over one WebSocket. */
export function connect(url: string, authorization: string) {
  const socket = createSocket(url, authorization);
  const headers = { 'content-type': 'application/json', accept: 'application/json', authorization };
  async function send({ text }: RequestParameters, variables: Variables): Promise<GraphQLResponse> {
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: text, variables }) });
    const answer = (await response.json()) as Answer;
    if (answer.errors) throw new AnswerError(answer.errors);
    return answer;
  }
  function subscribe({ text }: RequestParameters, variables: Variables): Observable<GraphQLResponse> {
    return Observable.create((sink) =>
      socket.subscribe(
        { query: text ?? '', variables },
        {
          next: ({ errors, ...data }) =>
            errors ? sink.error(new AnswerError(errors)) : sink.next(data as GraphQLResponse),
          error: (error) => sink.error(Array.isArray(error) ? new AnswerError(error) : (error as Error)),
          complete: () => sink.complete(),
        },
      ),
    );
  }
  const environment = new Environment({
    network: Network.create(send, subscribe),
    store: new Store(new RecordSource()),
  });
  return {
    async status(): Promise<Status> {
      return (await fetchQuery<relayStatusQuery>(environment, statusQuery, {}).toPromise())?.clusterStatus;
    },
    removeNode(hostname: string): Promise<string | undefined> {
      return new Promise((resolve, reject) => {
        commitMutation<relayRemoveNodeMutation>(environment, {
          mutation: removeNodeMutation,
          variables: { hostname },
          onCompleted: ({ removeNode }) => resolve(removeNode?.message),
          onError: reject,
        });
      });
    },
    watch(onStatus: (status: Status) => void, onError: (error: unknown) => void): () => void {
      const { dispose } = requestSubscription<relayWatchStatusSubscription>(environment, {
        subscription: watchStatus,
        variables: {},
        onNext: (data) => data && onStatus(data.clusterStatus),
        onError,
      });
      return dispose;
    },
    close: async (): Promise<void> => socket.dispose(),
  };
}

/** The gateway's code of an error; undefined where no answer came, such as while it restarts. */
export function codeOf(error: unknown): unknown {
  return error instanceof AnswerError ? error.errors[0]?.extensions?.code : undefined;
}
