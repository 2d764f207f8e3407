import { type Client, createClient } from 'graphql-ws/client';
import { createSilence } from './silence.ts';

/** Milliseconds from one answer to the next ping. */
const PING_MS = 1000;
/** Milliseconds that opening a socket may take until the gateway has acknowledged it. */
const ACK_MS = 10_000;

/** The close code for an Authorization that is no login. */
export const NO_LOGIN = 4403;

/** The code of a close event, whose members are inherited; undefined for any other failure. */
export function closeCode(event: unknown): unknown {
  return typeof event === 'object' && event !== null && 'code' in event ? event.code : undefined;
}

export interface SocketOptions {
  readonly url: string;
  readonly authorization: string | undefined;
  /** The gateway has acknowledged the login. */
  readonly onOpen: () => void;
  /** Something has come, be it the answer to a ping. */
  readonly onHeard: () => void;
}

/**
 * Creates the client of one socket, which opens with its first subscription. It never reconnects by itself: whoever
 * subscribes decides that, because only they know their cursor.
 */
export function createSocket({ url, authorization, onOpen, onHeard }: SocketOptions): Client {
  // A socket that says nothing may be dead without a close: a cut cable tells nobody.
  const silence = createSilence(() => client.terminate());
  const client = createClient({
    url,
    retryAttempts: 0,
    keepAlive: PING_MS,
    connectionAckWaitTimeout: ACK_MS,
    ...(authorization !== undefined && { connectionParams: { authorization } }),
    on: {
      connected: onOpen,
      message({ type }) {
        silence.heard(type === 'pong');
        onHeard();
      },
      ping(isReceived) {
        if (!isReceived) silence.await();
      },
      closed: silence.stop,
    },
  });
  return client;
}
