import { type ConnectionInitMessage, MessageType, parseMessage, stringifyMessage } from 'graphql-ws';

/** What a client has sent, as far as it matters to the gateway. */
export interface ClientMessage {
  readonly type: string;
  /** Names the operation that it is about; undefined where it is about none. */
  readonly id: string | undefined;
  /** Of connection_init and subscribe. */
  readonly payload: Readonly<Record<string, unknown>> | undefined;
  /**
   * The message for graphql-ws, which keeps it for as long as the socket or the operation lasts. What only the gateway
   * needs is therefore not in it.
   */
  readonly stub: string;
}

/**
 * Reads a message.
 * @throws Error where it is none of graphql-transport-ws
 */
export function readMessage(text: string): ClientMessage {
  const message = parseMessage(text);
  switch (message.type) {
    case MessageType.ConnectionInit:
      return { type: message.type, id: undefined, payload: message.payload, stub: INIT };
    case MessageType.Subscribe: {
      const { type, id, payload } = message;
      const stub = stringifyMessage({ type, id, payload: { query: '' } });
      return { type, id, payload: payload as unknown as Record<string, unknown>, stub };
    }
    default:
      return { type: message.type, id: 'id' in message ? message.id : undefined, payload: undefined, stub: text };
  }
}

const INIT = stringifyMessage<MessageType.ConnectionInit>({ type: MessageType.ConnectionInit });

/** The Authorization in the payload of connection_init: `authorization` in any case, at its top or within `headers`. */
export function authorizationIn(params: ConnectionInitMessage['payload']): string | undefined {
  for (const place of [params, params?.headers]) {
    if (typeof place !== 'object' || place === null) continue;
    const found = Object.entries(place).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
    if (typeof found === 'string') return found;
  }
  return undefined;
}
