import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeMutation } from '../../src/live/changelog/audit/mutation-record.ts';
import { SqliteFile } from '../../src/live/changelog/sqlite/sqlite-file.ts';
import { secretsOfLogin } from '../../src/observability/redact.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { eventually } from '../support/eventually.ts';
import { MUTATIONS, pageOf, short } from '../support/mutation-history.ts';
import { start } from '../support/process.ts';
import { ask, FAST, startStack } from '../support/stack.ts';

const folder = mkdtempSync(join(tmpdir(), 'harper-mutations-'));
afterAll(() => rmSync(folder, { recursive: true }));

const remove = (name: string) => `mutation { removeNode(input: { hostname: "${name}" }) { message } }`;

/** What a file has, as another process sees it. */
function recordsIn(path: string) {
  const file = new SqliteFile(path, { readOnly: true });
  try {
    return file.findMutations({ limit: 1000, from: 'start' }, []).texts.map(decodeMutation);
  } finally {
    file.close();
  }
}

describe('mutations in a file', { timeout: 120_000 }, () => {
  it('outlive a restart, and their cursors too', async () => {
    const settings = { HISTORY_FILE: join(folder, 'restart.db') };
    let first: string | undefined;
    {
      await using stack = await startStack({ settings });
      await stack.ask(remove('node-2'));
      await stack.ask(remove('node-9'));
      first = (await pageOf(stack.ask)).records[0]?.cursor;
    }
    await using stack = await startStack({ settings });
    await stack.ask(remove('node-3'));
    expect(short((await pageOf(stack.ask, { after: first })).records)).toEqual([
      'removeNode node-9 OPERATION_REFUSED',
      'removeNode node-3 DONE',
    ]);
  });

  it('show one whose process was killed while it ran', async () => {
    await using sandbox = await startSandbox({ timing: FAST });
    const environment = {
      ...{ HARPER_URL: sandbox.node('node-1').url, PORT: '0' },
      HISTORY_FILE: join(folder, 'killed.db'),
    };
    const hold = sandbox.node('node-1').faults.hold('remove_node', 'after');
    {
      await using program = start(process.execPath, ['src/cli.ts'], environment);
      const [, url = ''] = await program.until(/GraphiQL +(\S+)/);
      const asking = ask(url, remove('node-2')).catch(() => undefined);
      await hold.arrived;
      await eventually(() => expect(recordsIn(environment.HISTORY_FILE)).toHaveLength(1));
      program.child.kill('SIGKILL');
      await program.ended;
      await asking;
    }
    hold.release();
    await using again = start(process.execPath, ['src/cli.ts'], environment);
    const [, url = ''] = await again.until(/GraphiQL +(\S+)/);
    const { records } = await pageOf((query, options) => ask(url, query, options), { hasEnded: false });
    expect(records).toMatchObject([
      {
        ...{ user: 'admin', mutation: 'removeNode', targets: ['node-2'], changeId: records[0]?.cursor },
        ...{ endedAt: null, outcome: null, isRunning: false, durationMs: null },
      },
    ]);
  });

  it('have no secret of an input in them, in any encoding', async () => {
    const path = join(folder, 'secret.db');
    const password = 'Pässwörd: "1"/+';
    const serial = '4F:9A:77:revoked';
    const logins = { basic: { username: 'joiner', password } };
    {
      await using stack = await startStack({
        sandbox: { spares: 1 },
        settings: { HISTORY_FILE: path },
        addresses: ['node-1', 'node-2', 'node-3'],
      });
      const run = async (name: string, input: object) => {
        const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input!`;
        await stack.ask(`mutation($input: ${type}) { ${name}(input: $input) { message } }`, {
          variables: { input },
        });
      };
      const node = { url: 'ws://node-4:9933', authorization: logins, revokedCertificates: [serial] };
      await run('addNode', node);
      await run('updateNode', {
        hostname: 'node-2',
        authorization: { header: `Basic ${btoa('joiner:other-secret')}` },
      });
      await run('addNode', { ...node, url: `ws://joiner:url-secret@node-4:9933` });
      await run('addNode', { hostname: password, authorization: logins });
      await run('configureCluster', { connections: [node, { hostname: 'node-2', authorization: logins }] });
      await run('setRoutes', { routes: [{ url: 'ws://joiner:url-secret@c:1', revokedCertificates: [serial] }] });
      const { records } = await pageOf(stack.ask);
      expect(records.length).toBeGreaterThanOrEqual(5);
    }
    const secrets = ['Pässwörd: "1"/+', 'other-secret', 'url-secret']
      .flatMap((secret) => secretsOfLogin('joiner', secret))
      .concat(serial);
    for (const file of [path, `${path}-wal`]) {
      const content = readFileSync(file, { flag: 'a+' });
      for (const secret of secrets) expect(content.includes(secret), `${file}: ${secret}`).toBe(false);
    }
    expect(readFileSync(path).length).toBeGreaterThan(0);
    expect(recordsIn(path).length).toBeGreaterThanOrEqual(5);
  });

  it('go on in memory while the file is locked, and are written when it is not', async () => {
    const path = join(folder, 'locked.db');
    await using stack = await startStack({ settings: { HISTORY_FILE: path } });
    await stack.ask(remove('node-2'));
    await eventually(() => expect(recordsIn(path)).toMatchObject([{ outcome: 'DONE' }]));
    const holder = new DatabaseSync(path, { timeout: 30_000 });
    holder.exec('BEGIN IMMEDIATE');
    expect((await stack.ask(remove('node-3'))).data.removeNode.message).toContain('node-3');
    await stack.ask(remove('node-9'));
    const all = ['removeNode node-2 DONE', 'removeNode node-3 DONE', 'removeNode node-9 OPERATION_REFUSED'];
    const { records } = await pageOf(stack.ask);
    expect(short(records)).toEqual(all);
    expect(recordsIn(path)).toHaveLength(1);
    const CHANGE_LOG = '{ gateway { changeLog { failure lost } } }';
    await eventually(async () => {
      const { changeLog } = (await stack.ask(CHANGE_LOG)).data.gateway;
      expect(changeLog).toMatchObject({ failure: expect.stringMatching('locked'), lost: 0 });
    });
    expect((await pageOf(stack.ask, { after: records[1]?.cursor })).records).toEqual([records[2]]);
    holder.exec('ROLLBACK');
    holder.close();
    await eventually(() => expect(recordsIn(path).map(({ id }) => id)).toEqual(records.map(({ cursor }) => cursor)));
    expect((await pageOf(stack.ask)).records).toEqual(records);
    expect((await stack.ask(CHANGE_LOG)).data.gateway.changeLog).toEqual({ failure: null, lost: 0 });
  });

  it('go on when the file is of no use any more; the question says so', async () => {
    const path = join(folder, 'broken.db');
    await using stack = await startStack({ settings: { HISTORY_FILE: path } });
    await stack.ask(remove('node-2'));
    await eventually(() => expect(recordsIn(path)).toMatchObject([{ outcome: 'DONE' }]));
    const other = new DatabaseSync(path, { timeout: 30_000 });
    other.exec('DROP TABLE changes');
    other.close();
    expect((await stack.ask(remove('node-3'))).data.removeNode.message).toContain('node-3');
    const { data, errors } = await stack.ask(MUTATIONS);
    expect([data, errors[0]?.extensions.code]).toEqual([{ mutations: null }, 'HISTORY_UNAVAILABLE']);
  });

  it('are kept in a file that was made before there were any', async () => {
    const path = join(folder, 'former.db');
    const file = new SqliteFile(path);
    const { epoch } = file.open('cluster own');
    const change = { position: 1, at: 1, kind: 'SPLIT', nodes: [], databases: [], text: '{}' };
    file.append('cluster own', { epoch, changes: [change], notes: new Map() });
    file.close();
    const former = new DatabaseSync(path);
    former.exec('DROP INDEX changes_by_id; ALTER TABLE changes DROP COLUMN id; PRAGMA user_version = 1');
    former.close();
    const present = new SqliteFile(path);
    expect(present.find('cluster own', { limit: 9, from: 'end' }).changes).toEqual([change]);
    present.putMutations([{ id: 'one', at: 1, mutation: 'addNode', targets: [], text: '{"id":"one"}' }]);
    expect(present.findMutations({ limit: 9, from: 'end' }, []).texts).toEqual(['{"id":"one"}']);
    present.close();
  });
});
