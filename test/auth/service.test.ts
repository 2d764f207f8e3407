import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/schema/schema.ts';
import { eventually } from '../support/eventually.ts';
import { wsClient } from '../support/live.ts';
import { type Service, startService } from '../support/service.ts';
import { ADMIN } from '../support/stack.ts';

/** A document for every root field; the mutations change nothing that another row needs. */
const FIELDS: Record<string, string> = {
  clusterStatus: '{ clusterStatus { nodeName } }',
  peer: '{ peer(name: "node-2") { name } }',
  routes: '{ routes { url } }',
  clusterPlan: '{ clusterPlan(connections: []) { isNoop } }',
  cluster: '{ cluster { state } }',
  clusterNode: '{ clusterNode(name: "node-1") { state } }',
  availability: '{ availability(node: "node-1") { ratio } }',
  history: '{ history { edges { cursor } } }',
  mutations: '{ mutations(last: 1) { edges { node { changeId } } } }',
  viewer: '{ viewer { username role isSuperUser canChange } }',
  gateway: '{ gateway { mode } }',
  addNode: 'mutation { addNode(input: { hostname: "node-2" }) { message } }',
  updateNode: 'mutation { updateNode(input: { hostname: "node-2", shard: 1 }) { message } }',
  removeNode: 'mutation { removeNode(input: { hostname: "node-9" }) { message } }',
  configureCluster:
    'mutation { configureCluster(input: { connections: [{ hostname: "a" }], expectedRevision: "x" }) { message } }',
  setRoutes: 'mutation { setRoutes(input: { routes: [{ url: "ws://a:1" }] }) { message } }',
  deleteRoutes: 'mutation { deleteRoutes(input: { routes: [{ url: "ws://b:1" }] }) { message } }',
  'subscription cluster': 'subscription { cluster { state } }',
  'subscription clusterChanged': 'subscription { clusterChanged(snapshot: true) { kind } }',
  'subscription clusterStatus': 'subscription { clusterStatus { nodeName } }',
  'subscription connectionStatusChanged': 'subscription { connectionStatusChanged(snapshot: true) { kind } }',
};

/** What mutations come to for who may make them. */
const DONE: Record<string, string> = { removeNode: 'OPERATION_REFUSED', configureCluster: 'CONFLICT' };

const TRANSPORTS = ['HTTP', 'WebSocket', 'SSE'] as const;
const CALLERS = ['none', 'wrong', 'a Harper login', 'viewer', 'operator', 'expired', 'revoked'] as const;

describe('SERVICE mode', { timeout: 180_000 }, () => {
  let service: Service;
  const tokens: Partial<Record<(typeof CALLERS)[number], string>> = {};

  beforeAll(async () => {
    service = await startService({
      sandbox: { nodes: 2 },
      settings: { LOGIN_FAILURES: '10000', LOGIN_FAILURES_IN_ALL: '10000' },
    });
    const revoked = service.grant('rita', 'operator');
    await eventually(async () => expect((await service.ask(FIELDS.viewer ?? '', { as: revoked })).status).toBe(200));
    service.revoke(revoked);
    await eventually(async () => expect((await service.ask(FIELDS.viewer ?? '', { as: revoked })).status).toBe(401));
    Object.assign(tokens, {
      wrong: 'Bearer hgw_no-such-token',
      'a Harper login': ADMIN,
      viewer: service.viewer,
      operator: service.operator,
      expired: await service.jwt({ role: 'operator' }, -60),
      revoked,
    });
  });
  afterAll(() => service[Symbol.asyncDispose]());

  /** Sends a document over a transport, and returns the code of what came: OK for an answer. */
  async function codeOf(
    transport: (typeof TRANSPORTS)[number],
    query: string,
    as: string | undefined,
  ): Promise<string> {
    if (transport === 'HTTP') {
      const { errors } = await service.ask(query, { as: as ?? null });
      return errors[0]?.extensions.code ?? 'OK';
    }
    if (transport === 'WebSocket') {
      const client = wsClient(service, as === undefined ? {} : { authorization: as });
      try {
        return await new Promise<string>((resolve) => {
          const end = client.subscribe({ query }, {
            next({ errors }: { errors?: readonly { extensions?: { code?: string } }[] }) {
              resolve(errors?.[0]?.extensions?.code ?? 'OK');
              end();
            },
            error: (error: unknown) =>
              resolve(
                Array.isArray(error)
                  ? (error[0] as { extensions: { code: string } }).extensions.code
                  : String((error as CloseEvent).code),
              ),
            complete: () => undefined,
          } as never);
        });
      } finally {
        await client.dispose();
      }
    }
    const leaving = new AbortController();
    const response = await fetch(service.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        ...(as !== undefined && { authorization: as }),
      },
      body: JSON.stringify({ query }),
      signal: leaving.signal,
    });
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString();
      if (/^(data: |\{)/m.test(text)) break;
    }
    leaving.abort();
    return text.match(/"code":"(\w+)"/)?.[1] ?? (text.includes('data: {') ? 'OK' : text);
  }

  function expected(field: string, caller: (typeof CALLERS)[number], transport: (typeof TRANSPORTS)[number]): string {
    // A login of another form is refused with the socket; everything else says so operation by operation.
    if (caller === 'a Harper login' && transport === 'WebSocket') return '4403';
    if (caller !== 'viewer' && caller !== 'operator') return 'UNAUTHENTICATED';
    const isForOperators = field === 'mutations' || schema.getMutationType()?.getFields()[field] !== undefined;
    if (isForOperators && caller === 'viewer') return 'FORBIDDEN';
    return DONE[field] ?? 'OK';
  }

  it('has a row for every root field', () => {
    const roots = [
      ...Object.keys(schema.getQueryType()?.getFields() ?? {}),
      ...Object.keys(schema.getMutationType()?.getFields() ?? {}),
      ...Object.keys(schema.getSubscriptionType()?.getFields() ?? {}).map((name) => `subscription ${name}`),
    ];
    expect(Object.keys(FIELDS).toSorted()).toEqual(roots.toSorted());
  });

  const cells = Object.keys(FIELDS).flatMap((field) =>
    CALLERS.flatMap((caller) =>
      TRANSPORTS.filter((transport) => transport !== 'HTTP' || !field.startsWith('subscription')).map(
        (transport) => [field, caller, transport] as const,
      ),
    ),
  );

  it.each(cells)('answers %s for a caller with %s over %s as documented', async (field, caller, transport) => {
    const { received } = service.sandbox.node('node-1');
    const before = new Map(received);
    const code = await codeOf(transport, FIELDS[field] ?? '', tokens[caller]);
    expect(code).toBe(expected(field, caller, transport));
    // Harper is not asked for anybody who is refused.
    if (['UNAUTHENTICATED', 'FORBIDDEN', '4403'].includes(code)) {
      const asked = [...received].filter(
        ([operation, count]) => operation !== 'cluster_status' && count !== before.get(operation),
      );
      expect(asked).toEqual([]);
    }
  });

  it('names the role that a root field needs in its description', () => {
    for (const [type, role] of [
      [schema.getQueryType(), 'viewer'],
      [schema.getSubscriptionType(), 'viewer'],
      [schema.getMutationType(), 'operator'],
    ] as const) {
      for (const field of Object.values(type?.getFields() ?? {})) {
        // What others have changed is for those who may change.
        const needed = field.name === 'mutations' ? 'operator' : role;
        expect([field.name, field.description]).toEqual([field.name, expect.stringMatching(`Role: ${needed}\\.$`)]);
      }
    }
  });

  it('knows callers by their tokens, and Harper by its own login', async () => {
    const { data } = await service.ask('{ viewer { username role isSuperUser canChange } gateway { mode warnings } }', {
      as: service.viewer,
    });
    expect(data).toEqual({
      viewer: { username: 'vera', role: 'viewer', isSuperUser: false, canChange: false },
      gateway: { mode: 'SERVICE', warnings: [] },
    });
    await service.ask(FIELDS.updateNode ?? '', { as: service.operator });
    const lines = service.logs.map((line) => JSON.parse(line)).filter(({ audit, user }) => audit && user === 'otto');
    expect(lines.at(-1)).toMatchObject({ mutation: 'updateNode', outcome: 'DONE', target: 'node-2' });
    // It logs in once and keeps the token.
    expect(service.sandbox.node('node-1').received.get('create_authentication_tokens')).toBe(1);
  });
});
