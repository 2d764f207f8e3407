import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { overWebSocket } from '../../support/live.ts';
import { ADMIN, basic, startStack } from '../../support/stack.ts';

const folder = mkdtempSync(join(tmpdir(), 'harper-history-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ADDRESSES = ['node-1', 'node-2', 'node-3'];
const SETTINGS = { POLL_INTERVAL: '100', CHANGE_GRACE: '0', RECOVERY_GRACE: '0', CUT_GRACE: '60000' };
const WATCH = 'subscription { clusterChanged(snapshot: true) { cursor kind nodes } }';
const HISTORY = `query($kinds: [ClusterChangeKind!]) { history(kinds: $kinds) { edges { node { nodes } } } }`;

describe('a history file', () => {
  it('has no login in it, in any encoding', async () => {
    const path = join(folder, 'secret.db');
    const logins = [ADMIN, basic('second', 'Pässwörd: "1"/+')];
    {
      await using stack = await startStack({
        addresses: ADDRESSES,
        settings: { ...SETTINGS, HISTORY_FILE: path },
      });
      stack.sandbox.logins.add({
        ...{ username: 'second', password: 'Pässwörd: "1"/+', role: 'super_user', superUser: true, active: true },
      });
      for (const as of logins) {
        await stack.ask(
          'mutation { addNode(input: { url: "ws://node-4:9933", authorization: { basic: ' +
            '{ username: "admin", password: "sandbox" } } }) { message } }',
          { as },
        );
        const { errors } = await stack.ask(HISTORY, { as });
        expect(errors).toEqual([]);
      }
    }
    const secrets = logins.flatMap((login) => {
      const encoded = login.slice('Basic '.length);
      const text = Buffer.from(encoded, 'base64').toString();
      const password = text.slice(text.indexOf(':') + 1);
      return [text, password].flatMap((secret) => [
        ...[secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)],
        ...(['base64', 'base64url', 'hex', 'utf16le'] as const).map((encoding) =>
          encoding === 'utf16le' ? secret : Buffer.from(secret).toString(encoding),
        ),
      ]);
    });
    const bytes = ['', '-wal'].map((each) => {
      try {
        return readFileSync(`${path}${each}`);
      } catch {
        return Buffer.alloc(0);
      }
    });
    expect(bytes[0]?.length).toBeGreaterThan(0);
    const secret = readFileSync(`${path}.key`, 'utf8').trim();
    // `sandbox` is also a word of the cluster's own.
    for (const each of [...secrets.filter((text) => text !== 'sandbox'), secret]) {
      for (const content of bytes) expect(content.includes(each), each).toBe(false);
    }
  });
});

describe('the metrics of a history', () => {
  const read = async (url: string) => (await fetch(new URL('/metrics', url))).text();
  const gauge = (text: string, name: string) =>
    text.match(new RegExp(`^harper_gateway_history_${name} (\\S+)$`, 'm'))?.[1];

  it('are there with a file only, and say how much it has', async () => {
    await using without = await startStack();
    expect(await read(without.url)).not.toContain('harper_gateway_history');
    const settings = { ...SETTINGS, HISTORY_FILE: join(folder, 'metrics.db') };
    await using stack = await startStack({ addresses: ADDRESSES, settings });
    const empty = await read(stack.url);
    expect([gauge(empty, 'kept'), gauge(empty, 'changes'), gauge(empty, 'lost')]).toEqual(['1', '0', '0']);
    expect(gauge(empty, 'oldest_timestamp_seconds')).toBeUndefined();
    await using reader = overWebSocket<{ kind: string }>(stack, WATCH);
    await reader.next();
    await stack.sandbox.node('node-2').kill();
    await reader.until(({ kind }) => kind === 'NODE_DOWN');
    const text = await read(stack.url);
    expect(Number(gauge(text, 'changes'))).toBeGreaterThan(0);
    expect(Number(gauge(text, 'bytes'))).toBeGreaterThan(4096);
    expect(Number(gauge(text, 'oldest_timestamp_seconds'))).toBeGreaterThan(1.7e9);
  });

  it('and the API say when it cannot be kept, and that it can be again', { timeout: 120_000 }, async () => {
    const path = join(folder, 'locked.db');
    const settings = { ...SETTINGS, HISTORY_FILE: path };
    await using stack = await startStack({ addresses: ADDRESSES, settings });
    await using reader = overWebSocket<{ kind: string; cursor: string }>(stack, WATCH);
    await reader.next();
    // The gateway may just be writing.
    const holder = new DatabaseSync(path, { timeout: 30_000 });
    holder.exec('BEGIN IMMEDIATE');
    await stack.sandbox.node('node-2').kill();
    // Nobody waits for the file.
    const [down] = (await reader.until(({ kind }) => kind === 'NODE_DOWN')).slice(-1);
    expect(down?.cursor).toContain('~');
    const CHANGE_LOG = '{ gateway { changeLog { kind failure since lost } } }';
    await eventually(async () => {
      const { changeLog } = (await stack.ask(CHANGE_LOG)).data.gateway;
      expect(changeLog).toMatchObject({ kind: 'FILE', failure: expect.stringMatching('locked'), lost: 0 });
    });
    expect(gauge(await read(stack.url), 'kept')).toBe('0');
    expect(stack.logs.filter((line) => line.includes('Changes cannot be kept'))).toHaveLength(1);
    holder.exec('ROLLBACK');
    holder.close();
    await eventually(async () => {
      expect((await stack.ask(CHANGE_LOG)).data.gateway.changeLog).toMatchObject({ failure: null, lost: 0 });
      expect(gauge(await read(stack.url), 'waiting')).toBe('0');
    });
    const { data } = await stack.ask(HISTORY, { variables: { kinds: ['NODE_DOWN'] } });
    expect(data.history.edges.map(({ node }: { node: { nodes: string[] } }) => node.nodes)).toEqual([['node-2']]);
  });

  it('a gateway does not start on a file that it cannot use, and says which setting that is', async () => {
    await expect(startStack({ settings: { HISTORY_FILE: folder } })).rejects.toThrow(`HISTORY_FILE ${folder} cannot`);
  });
});
