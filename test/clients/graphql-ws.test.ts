import { print } from 'graphql';
import { createClient } from 'graphql-ws';
import { describe, expect, it } from 'vitest';
import { WATCH_STATUS } from '../../examples/clients/documents.ts';
import * as example from '../../examples/clients/graphql-ws.ts';
import { createSocket } from '../../examples/clients/socket.ts';
import { ADMIN } from '../support/stack.ts';
import { asks, follows } from './scenarios.ts';
import { collect, startRestartable } from './support.ts';

/** Subscribes to the status with a client, as it comes. */
const watch = (client: ReturnType<typeof createClient>) =>
  collect((onValue, onError) =>
    client.subscribe({ query: print(WATCH_STATUS) }, { next: onValue, error: onError, complete() {} }),
  );

describe('graphql-ws', () => {
  asks(example);
  follows(example);
});

describe('graphql-ws with its defaults', () => {
  it('gives up at the first attempt that is refused, since that is no close event', async () => {
    await using stack = await startRestartable();
    const client = createClient({
      url: stack.url.replace('http', 'ws'),
      connectionParams: { authorization: ADMIN },
      // Its only difference from the defaults: they wait for 1.3 to 4 s.
      retryWait: async () => undefined,
    });
    using statuses = watch(client);
    await statuses.until(() => true);
    await stack.stopGateway();
    expect(await statuses.failed).toMatchObject({ type: 'error' });
    expect(await statuses.failed).not.toHaveProperty('code');
  });

  it('comes back from a restart that is over before its first attempt', async () => {
    await using stack = await startRestartable();
    const restarted = Promise.withResolvers<void>();
    const client = createClient({
      url: stack.url.replace('http', 'ws'),
      connectionParams: { authorization: ADMIN },
      retryWait: () => restarted.promise,
    });
    using statuses = watch(client);
    await statuses.until(() => true);
    const before = statuses.all.length;
    await stack.restart(0);
    restarted.resolve();
    await statuses.until(() => statuses.all.length > before);
    expect(statuses.errors).toEqual([]);
  });
});

describe('the socket of the examples', () => {
  it('does not come back with an Authorization that is no login', async () => {
    await using stack = await startRestartable();
    using statuses = watch(createSocket(stack.url, 'nonsense'));
    expect(await statuses.failed).toMatchObject({ code: 4403 });
  });
});
