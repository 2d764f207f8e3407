import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/config/config.ts';
import { type Gateway, startGateway } from '../../../src/gateway.ts';
import { createLogger } from '../../../src/observability/logger.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import { CHANGES, CLUSTER_CHANGES, overSse, overWebSocket } from '../../support/live.ts';
import { ask, FAST } from '../../support/stack.ts';

const folder = mkdtempSync(join(tmpdir(), 'harper-history-'));
afterAll(() => rmSync(folder, { recursive: true }));

const VIEW_CHANGES = CHANGES.replace('message', 'message seenLate');

/** Starts a gateway with a history on a sandbox that outlives it. */
async function start(sandbox: Sandbox, file: string, settings: Record<string, string> = {}): Promise<Gateway> {
  const names = ['node-1', 'node-2', 'node-3'];
  const config = readConfig({
    HARPER_URL: names.map((name) => sandbox.node(name).url).join(','),
    ...{ PORT: '0', HISTORY_FILE: join(folder, file), POLL_INTERVAL: '100', READ_TIMEOUT: '60000' },
    ...{ CHANGE_GRACE: '0', RECOVERY_GRACE: '0', CUT_GRACE: '60000', VIEW_TIMEOUT: '30000' },
    ...settings,
  });
  return startGateway(config, { logger: createLogger('fatal') });
}

interface Seen {
  readonly cursor: string;
  readonly kind: string;
  readonly nodes?: readonly string[];
  readonly seenLate: boolean;
  readonly isSnapshot?: boolean;
}

describe.each([
  ['connectionStatusChanged', VIEW_CHANGES],
  ['clusterChanged', CLUSTER_CHANGES],
])('%s after a restart', (_, query) => {
  it.each([
    ['WebSocket', overWebSocket],
    ['server-sent events', overSse],
  ] as const)('goes on after its cursor over %s, with what happened meanwhile', async (transport, subscribe) => {
    await using sandbox = await startSandbox({ nodes: 3, timing: FAST });
    const file = `${_}-${transport}.db`;
    let cursor: string;
    {
      await using gateway = await start(sandbox, file);
      await using reader = subscribe<Seen>(gateway, query, { snapshot: true });
      // The last event of the snapshot leads on.
      await reader.next();
      await sandbox.node('node-3').kill();
      const seen = await reader.until(({ kind }) => ['NODE_DOWN', 'NODE_LOST'].includes(kind));
      cursor = seen.at(-1)?.cursor ?? '';
      await reader.until(({ kind }) => ['STATE_CHANGED', 'DISCONNECTED'].includes(kind));
    }
    await sandbox.node('node-3').start();
    {
      await using gateway = await start(sandbox, file);
      await using reader = subscribe<Seen>(gateway, query, { after: cursor });
      const seen = await reader.until(({ kind, seenLate }) => seenLate && ['NODE_UP', 'CONNECTED'].includes(kind));
      // What the reader had not seen before the restart comes first, and is not late.
      expect(seen[0]?.seenLate).toBe(false);
      expect(seen.every(({ isSnapshot }) => isSnapshot !== true)).toBe(true);
      const errors = (await ask(gateway.url, '{ clusterStatus { state } }')).errors;
      expect(errors).toEqual([]);
    }
  });
});

describe('after a restart', () => {
  const SINCE = `{
    cluster { nodes { name stateSince } links { nodes database since } }
    clusterStatus { connections { name stateSince databaseSockets { database since } } }
    history { edges { node { message observedAt } } }
  }`;

  it('it is known since when things are as they are, and what has been', async () => {
    await using sandbox = await startSandbox({ nodes: 3, timing: FAST });
    let before: unknown;
    {
      await using gateway = await start(sandbox, 'since.db');
      await using reader = overWebSocket<Seen>(gateway, CLUSTER_CHANGES, { snapshot: true });
      await reader.next();
      await sandbox.node('node-3').kill();
      await reader.until(({ kind, isSnapshot }) => kind === 'STATE_CHANGED' && isSnapshot !== true);
      await sandbox.node('node-3').start();
      await reader.until(({ kind }) => kind === 'STATE_CHANGED');
      before = (await ask(gateway.url, SINCE)).data;
    }
    await using gateway = await start(sandbox, 'since.db');
    // What was is known also while nobody watches.
    const { data } = await ask(gateway.url, '{ history { edges { node { message observedAt } } } }');
    expect(data.history).toEqual((before as typeof data).history);
    await using reader = overWebSocket<Seen>(gateway, CLUSTER_CHANGES, { snapshot: true });
    await reader.next();
    expect((await ask(gateway.url, SINCE)).data).toEqual(before);
    expect(JSON.stringify(before)).not.toContain('"stateSince":null');
  });
});
