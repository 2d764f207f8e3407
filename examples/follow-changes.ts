import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const { PORT = '4000', LOGIN = 'admin:sandbox' } = process.env;
const { GATEWAY_URL = `http://127.0.0.1:${PORT}/graphql` } = process.env;

const query = `subscription Follow($after: ID, $snapshot: Boolean) {
  connectionStatusChanged(after: $after, snapshot: $snapshot) { cursor kind message }
}`;

/** Prints every change of the cluster, each once, however often the connection breaks. */
let after: string | undefined;
for (;;) {
  const client = createClient({
    url: GATEWAY_URL.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Basic ${btoa(LOGIN)}` },
    retryAttempts: 0, // a retry of the client's own would begin at the old cursor again
  });
  try {
    // The first time, what there is; afterwards, what was missed.
    for await (const { data, errors } of client.iterate({
      query,
      variables: { after, snapshot: after === undefined },
    })) {
      if (errors) throw errors;
      const { cursor, kind, message } = (data as { connectionStatusChanged: Record<string, string> })
        .connectionStatusChanged;
      console.log(`${kind}: ${message}`);
      after = cursor;
    }
  } catch (error) {
    const code = Array.isArray(error) ? error[0]?.extensions?.code : undefined;
    if (code === 'UNAUTHENTICATED' || code === 'FORBIDDEN') throw new Error(code);
    // What was missed is not known any more: begin anew. After SLOW_CONSUMER the last cursor may still be good.
    if (code === 'CURSOR_EXPIRED') after = undefined;
    console.log(`(${code ?? 'cut off'}: coming back)`);
    await wait(500 + Math.random() * 500);
  } finally {
    await client.dispose();
  }
}
