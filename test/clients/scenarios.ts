import { expect, it } from 'vitest';
import type { Change } from '../../examples/clients/follow.ts';
import { startProxy } from '../support/proxy.ts';
import { ADMIN, basic } from '../support/stack.ts';
import { collect, startRestartable, using } from './support.ts';

const WRONG = basic('admin', 'wrong');

/** How often Harper is asked about a login in one attempt: for the request, and before that when a WebSocket opens. */
const ATTEMPT = 2;

/** What a status has in every example, whatever else its client adds. */
interface Status {
  readonly nodeName: string;
  readonly state: string;
  readonly connections: readonly { readonly name: string; readonly state: string }[];
}

interface Asks {
  status(): Promise<Status | null | undefined>;
  removeNode(hostname: string): Promise<string | undefined>;
  close?(): unknown;
}

interface Watches extends Asks {
  watch(onStatus: (status: Status | null | undefined) => void, onError: (error: unknown) => void): () => void;
}

interface Follows {
  follow(onChange: (change: Change) => void, onError: (error: unknown) => void): () => void;
  close?(): unknown;
}

/** An example: how it connects, and what it makes of an error. */
interface Example<Client> {
  connect(url: string, authorization: string): Client;
  codeOf(error: unknown): unknown;
}

/** A restart has the pauses of the clients in it. */
const RESTART = { timeout: 180_000 };

/** Tests of a client that asks queries and mutations. */
export function asks({ connect, codeOf }: Example<Asks>): void {
  it('answers a query', async () => {
    await using stack = await startRestartable();
    await using client = using(connect(stack.url, ADMIN));
    expect(await client.status()).toMatchObject({
      nodeName: 'node-1',
      state: 'HEALTHY',
      connections: [
        { name: 'node-2', state: 'HEALTHY' },
        { name: 'node-3', state: 'HEALTHY' },
      ],
    });
  });

  it('tells the code of a wrong login, and does not try it again', async () => {
    await using stack = await startRestartable();
    await using client = using(connect(stack.url, WRONG));
    const error = await client.status().catch((reason: unknown) => reason);
    expect(codeOf(error)).toBe('UNAUTHENTICATED');
    expect(stack.asked()).toBeLessThanOrEqual(ATTEMPT);
  });

  it('answers a mutation', async () => {
    await using stack = await startRestartable();
    await using client = using(connect(stack.url, ADMIN));
    expect(await client.removeNode('node-3')).toMatch(/node-3/);
    expect((await client.status())?.connections.map(({ name }) => name)).toEqual(['node-2']);
  });

  it('tells the code of a mutation that fails', async () => {
    await using stack = await startRestartable();
    await using client = using(connect(stack.url, ADMIN));
    const error = await client.removeNode('absent').catch((reason: unknown) => reason);
    expect(codeOf(error)).toBe('OPERATION_REFUSED');
    expect(stack.sandbox.node('node-1').received.get('remove_node')).toBe(1);
  });

  it('fails without a code while the gateway is down, and asks the next one', RESTART, async () => {
    await using stack = await startRestartable();
    await using client = using(connect(stack.url, ADMIN));
    await client.status();
    let error: unknown;
    await stack.restart(0, async () => {
      error = await client.status().catch((reason: unknown) => reason);
    });
    expect(error).toBeTruthy();
    expect(codeOf(error)).toBeUndefined();
    expect(await client.status()).toMatchObject({ state: 'HEALTHY' });
  });
}

/** Tests of a client that watches the status. */
export function watches({ connect, codeOf }: Example<Watches>): void {
  const down = (status: Status | null | undefined) =>
    status?.connections.some(({ name, state }) => name === 'node-3' && state === 'DISCONNECTED') === true;

  it('sees the status at once, and again when a node goes down', async () => {
    await using stack = await startRestartable();
    await using client = using(connect(stack.url, ADMIN));
    using statuses = collect(client.watch);
    expect(await statuses.until(() => true)).toMatchObject({ nodeName: 'node-1', state: 'HEALTHY' });
    await stack.sandbox.node('node-3').kill();
    expect(await statuses.until(down)).toMatchObject({ state: 'DEGRADED' });
  });

  it('ends a subscription with the code of a wrong login, and does not try it again', async () => {
    await using stack = await startRestartable();
    await using client = using(connect(stack.url, WRONG));
    using statuses = collect(client.watch);
    expect(codeOf(await statuses.failed)).toBe('UNAUTHENTICATED');
    expect(statuses.all).toEqual([]);
    expect(stack.asked()).toBeLessThanOrEqual(ATTEMPT);
  });

  it(
    'comes back after a restart in which its attempts fail, and sees what became of the cluster',
    RESTART,
    async () => {
      await using stack = await startRestartable();
      await using client = using(connect(stack.url, ADMIN));
      using statuses = collect(client.watch);
      await statuses.until(() => true);
      await stack.restart(2, () => stack.sandbox.node('node-3').kill());
      await statuses.until(down);
      await stack.sandbox.node('node-3').start();
      await statuses.until((status) => status?.state === 'HEALTHY');
      expect(statuses.errors).toEqual([]);
    },
  );
}

/** Tests of a client that follows the changes by their cursors. */
export function follows({ connect, codeOf }: Example<Follows>, attempts = 2): void {
  it('sees a snapshot at once, and then what goes down', async () => {
    await using stack = await startRestartable();
    await using client = using(connect(stack.url, ADMIN));
    using changes = collect(client.follow);
    expect(await changes.until(() => true)).toMatchObject({ kind: 'SNAPSHOT', peerName: 'node-2' });
    await stack.sandbox.node('node-3').kill();
    await changes.until(({ kind, peerName }) => kind === 'DISCONNECTED' && peerName === 'node-3');
  });

  it('sees the mutation of another client', async () => {
    await using stack = await startRestartable();
    await using client = using(connect(stack.url, ADMIN));
    using changes = collect(client.follow);
    await changes.until(() => true);
    await stack.ask('mutation { removeNode(input: { hostname: "node-3" }) { message } }');
    await changes.until(({ kind, peerName }) => kind === 'PEER_REMOVED' && peerName === 'node-3');
  });

  it('ends with the code of a wrong login, and does not try it again', async () => {
    await using stack = await startRestartable();
    await using client = using(connect(stack.url, WRONG));
    using changes = collect(client.follow);
    expect(codeOf(await changes.failed)).toBe('UNAUTHENTICATED');
    expect(changes.all).toEqual([]);
    expect(stack.asked()).toBeLessThanOrEqual(ATTEMPT);
  });

  it('goes on by its cursor after a cut, without a gap or a double', RESTART, async () => {
    await using stack = await startRestartable();
    await using proxy = await startProxy(Number(new URL(stack.url).port));
    await using client = using(connect(`http://127.0.0.1:${proxy.port}/graphql`, ADMIN));
    using changes = collect(client.follow);
    const isDown = (name: string) => (change: Change) =>
      change.kind === 'STATE_CHANGED' && change.peerName === name && / to DISCONNECTED\b/.test(change.message);
    await changes.until(() => true);
    await stack.sandbox.node('node-3').kill();
    await changes.until(isDown('node-3'));
    proxy.cut();
    await stack.sandbox.node('node-2').kill();
    await changes.until(isDown('node-2'));
    const kinds = changes.all.map(({ kind }) => kind);
    // One snapshot only, at the beginning.
    expect(kinds.lastIndexOf('SNAPSHOT')).toBe(kinds.filter((kind) => kind === 'SNAPSHOT').length - 1);
    const seen = changes.all.map(({ kind, peerName, database }) => `${kind} ${peerName} ${database}`);
    expect(seen.filter((text) => text.startsWith('DISCONNECTED')).sort()).toEqual([
      'DISCONNECTED node-2 dev',
      'DISCONNECTED node-2 system',
      'DISCONNECTED node-3 dev',
      'DISCONNECTED node-3 system',
    ]);
  });

  it('begins anew with a snapshot after a restart, where its cursor is lost', RESTART, async () => {
    await using stack = await startRestartable();
    await using client = using(connect(stack.url, ADMIN));
    using changes = collect(client.follow);
    await changes.until(
      ({ kind, peerName, database }) => kind === 'SNAPSHOT' && peerName === 'node-3' && database === 'system',
    );
    await stack.restart(attempts, () => stack.sandbox.node('node-3').kill());
    await changes.until(
      ({ kind, message }) => kind === 'SNAPSHOT' && message === 'node-3 is not connected for system.',
    );
    await stack.sandbox.node('node-3').start();
    await changes.until(({ kind, peerName }) => kind === 'CONNECTED' && peerName === 'node-3');
    expect(changes.errors).toEqual([]);
  });
}
