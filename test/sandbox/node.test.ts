import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { eventually } from '../support/eventually.ts';
import { post, type RawAnswer } from '../support/harper.ts';
import { ADMIN, FAST, VIEWER } from '../support/stack.ts';
import { call, view } from './views.ts';

const HOUR = 3_600_000;
/** What the clocks of a test may differ by, far below what they are set apart. */
const NEAR = HOUR / 2;

/** Hours by which a text of toUTCString() is ahead of this machine's clock. */
const hoursAhead = (text: unknown) => Math.round((Date.parse(String(text)) - Date.now()) / HOUR);

describe('a node whose clock differs', () => {
  it('answers with its own time, and reports it', async () => {
    await using sandbox = await startSandbox({ dialect: '5.2', nodes: 2, timing: FAST });
    const [first, second] = sandbox.nodes;
    if (first === undefined || second === undefined) throw new Error('two nodes');
    first.clockOffset = 3 * HOUR;
    second.clockOffset = -2 * HOUR;
    expect([first.clockOffset, second.clockOffset]).toEqual([3 * HOUR, -2 * HOUR]);
    second.replication.write('dev');
    first.replication.write('dev');
    await eventually(async () => {
      const { headers, body } = await call(sandbox, 'node-1', 'cluster_status');
      const { database_sockets: list } = body.connections[0];
      const dev = list.find(({ database }: { database: string }) => database === 'dev');
      expect(hoursAhead(headers.date)).toBe(3);
      expect(hoursAhead(dev.lastReceivedLocalTime)).toBe(3);
      expect(hoursAhead(dev.lastCommitConfirmed)).toBe(3);
      expect(hoursAhead(dev.lastLiveness)).toBe(3);
      // What was written has the time of the node that wrote it.
      expect(hoursAhead(dev.lastReceivedRemoteTime)).toBe(-2);
      expect(Math.abs(dev.lastReceivedVersion - Date.now() + 2 * HOUR)).toBeLessThan(NEAR);
    });
    await second.kill();
    await eventually(async () => {
      const [socket] = (await view(sandbox, 'node-1')).connections[0]?.database_sockets ?? [];
      expect(hoursAhead(socket?.lastConnectionError?.time)).toBe(3);
    });
  });

  it('says so without a login and in its refusals', async () => {
    await using sandbox = await startSandbox({ nodes: 1, timing: FAST });
    const node = sandbox.node('node-1');
    node.clockOffset = -5 * HOUR;
    const health = await fetch(`${node.url}/health`);
    await health.text();
    const refused = await post(node.url, { operation: 'user_info' });
    expect([hoursAhead(health.headers.get('date')), hoursAhead(refused.headers.date)]).toEqual([-5, -5]);
  });
});

const SEARCH = {
  operation: 'search_by_value',
  database: 'system',
  table: 'hdb_info',
  attribute: 'info_id',
  value: '*',
  get_attributes: ['info_id', 'data_version_num', 'hdb_version_num'],
};

// As recorded from a server of each kind.
describe.each([
  ['4.7', '4.7.15'],
  ['5.2', '5.2.4'],
] as const)('the version of Harper %s', (dialect, version) => {
  it('stands in the node’s own row of hdb_info', async () => {
    await using sandbox = await startSandbox({ dialect, nodes: 1, timing: FAST });
    const { url } = sandbox.node('node-1');
    const row = { info_id: 1, data_version_num: version, hdb_version_num: version };
    const ask = async (fields: object) => {
      const { status, body } = await post(url, { ...SEARCH, ...fields }, ADMIN);
      return [status, body];
    };
    expect(await ask({})).toEqual([200, [row]]);
    expect(await ask({ get_attributes: ['*'] })).toEqual([200, [row]]);
    expect(await ask({ database: undefined, schema: 'system' })).toEqual([200, [row]]);
    expect(await ask({ get_attributes: ['hdb_version_num'], value: 1 })).toEqual([200, [{ hdb_version_num: version }]]);
    expect(await ask({ value: 2 })).toEqual([200, []]);
    expect(await ask({ table: 'hdb_nodes' })).toEqual([404, { error: "Table 'system.hdb_nodes' does not exist" }]);
    expect(await ask({ database: 'dev' })).toEqual([404, { error: "Table 'dev.hdb_info' does not exist" }]);
    expect(await ask({ attribute: 'constructor' })).toEqual([400, { error: "unknown attribute 'constructor'" }]);
    expect(await ask({ get_attributes: ['name'] })).toEqual([400, { error: "unknown attribute 'name'" }]);
    expect(await ask({ get_attributes: undefined })).toEqual([400, { error: "'get_attributes' is required" }]);
  });

  it('is for super users', async () => {
    await using sandbox = await startSandbox({ dialect, nodes: 1, timing: FAST });
    const { url } = sandbox.node('node-1');
    const said = ({ status, body }: RawAnswer) => [status, body];
    expect(said(await post(url, SEARCH, VIEWER))).toEqual([
      403,
      {
        error: 'This operation is not authorized due to role restrictions and/or invalid database items',
        unauthorized_access: [
          {
            schema: 'system',
            table: 'hdb_info',
            required_table_permissions: ['read'],
            required_attribute_permissions: [],
          },
        ],
        invalid_schema_items: [],
      },
    ]);
    expect(said(await post(url, SEARCH))).toEqual([401, { error: 'Must login' }]);
    expect(said(await post(url, SEARCH, `Basic ${btoa('admin:wrong')}`))).toEqual([401, { error: 'Login failed' }]);
  });

  it('stands in the description of the REST interface', async () => {
    await using sandbox = await startSandbox({ dialect, nodes: 1, timing: FAST });
    const ask = async (authorization?: string) => {
      const address = `${sandbox.node('node-1').url}/api/openapi/rest`;
      const answer = await fetch(address, { headers: authorization === undefined ? {} : { authorization } });
      return [answer.status, await answer.json()];
    };
    expect(await ask(ADMIN)).toEqual([
      200,
      expect.objectContaining({ openapi: '3.0.3', info: { title: 'HarperDB HTTP REST interface', version } }),
    ]);
    expect(await ask(VIEWER)).toEqual([403, { error: 'Forbidden' }]);
    expect(await ask()).toEqual([401, { error: 'Must login' }]);
  });
});

it('a version that is set takes its dialect along, and a dialect the version that was not set', async () => {
  await using sandbox = await startSandbox({ nodes: 1, timing: FAST });
  const node = sandbox.node('node-1');
  node.dialect = '5.2';
  expect(node.version).toBe('5.2.4');
  node.version = '4.6.9';
  expect([node.version, node.dialect]).toEqual(['4.6.9', '4.7']);
  node.version = '5.1.0';
  expect([node.version, node.dialect]).toEqual(['5.1.0', '5.2']);
  expect((await call(sandbox, 'node-1', 'search_by_value', SEARCH)).body[0].hdb_version_num).toBe('5.1.0');
  expect((await call(sandbox, 'node-1', 'configure_cluster', { connections: [] })).status).toBe(400);
});
