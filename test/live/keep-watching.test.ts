import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ForwardClock } from '../support/clock.ts';
import { eventually } from '../support/eventually.ts';
import { ADMIN, startStack } from '../support/stack.ts';

const folder = mkdtempSync(join(tmpdir(), 'harper-history-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ADDRESSES = ['node-1', 'node-2', 'node-3'];
const SETTINGS = { POLL_INTERVAL: '100' };

describe('WATCH', () => {
  const OWN = { HARPER_USERNAME: 'admin', HARPER_PASSWORD: 'sandbox', INSECURE_NO_AUTH: 'true' };
  const watched = '{ gateway { watch { state } } }';

  it.each<[string, Record<string, string>, string]>([
    ['with a history and a login of its own', { ...OWN, HISTORY_FILE: 'always.db' }, 'LIVE'],
    ['with a history, on demand', { ...OWN, HISTORY_FILE: 'demand.db', WATCH: 'demand' }, 'IDLE'],
    ['without a history, always', { ...OWN, WATCH: 'always' }, 'LIVE'],
    ['without a history', OWN, 'IDLE'],
    ['with a history, where callers bring their logins', { HISTORY_FILE: 'forward.db' }, 'IDLE'],
  ])('%s decides whether the cluster is watched while nobody reads', async (_, own, state) => {
    const { HISTORY_FILE: file, ...others } = own;
    const settings = { ...SETTINGS, ...others, ...(file !== undefined && { HISTORY_FILE: join(folder, file) }) };
    await using stack = await startStack({ addresses: ADDRESSES, settings });
    const as = 'INSECURE_NO_AUTH' in own ? null : ADMIN;
    await eventually(async () => {
      const { data } = await stack.ask(watched, { as });
      expect(data.gateway.watch.state).toBe(state);
    });
  });

  it('goes on when Harper has refused the login for a while', async () => {
    const clock = new ForwardClock();
    await using stack = await startStack({
      addresses: ['node-1'],
      settings: { ...SETTINGS, ...OWN, WATCH: 'always' },
      clock,
    });
    const stateOf = async () => (await stack.ask(watched, { as: null })).data.gateway.watch.state;
    await eventually(async () => expect(await stateOf()).toBe('LIVE'));
    const { faults } = stack.sandbox.node('node-1');
    // Whoever asks: the look at the login at the start may still be under way.
    faults.add('cluster_status', { kind: 'refuse', status: 403, body: { error: 'no' } }, Number.POSITIVE_INFINITY);
    await eventually(async () => expect(await stateOf()).toBe('IDLE'));
    faults.clear();
    clock.advance(10_000);
    await eventually(async () => expect(await stateOf()).toBe('LIVE'));
  });
});
