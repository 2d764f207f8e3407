import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { samples } from '../../src/transport/graphiql/samples.ts';
import { eventually } from '../support/eventually.ts';
import { ADMIN, basic, type Stack, startStack, VIEWER } from '../support/stack.ts';

interface Case {
  readonly name: string;
  readonly body: unknown;
  readonly as?: string | null;
  readonly accept?: string;
  readonly fault?: Fault;
}

const FULL = `query Status($names: [String!], $states: [ConnectionState!], $deep: Boolean = true) {
  __typename
  clusterStatus {
    ...Node
    all: connections(names: $names, states: $states) {
      id name url shard startTime revokedCertificates state reasons { code message databases }
      subscriptions { database table publish subscribe }
      replication { sends receives }
      certificateAuthority { subject issuer serialNumber validFrom validTo }
      databaseSockets(databases: ["dev"]) @include(if: $deep) { id database connected threadId nodes receiving sending }
    }
  }
  peer(name: "node-2") { name state }
  nobody: peer(name: "nobody") { name }
}
fragment Node on ClusterStatus { id nodeName url shard isEnabled state revision }`;
const SIMPLE = '{ clusterStatus { nodeName } }';

const CASES: readonly Case[] = [
  { name: 'everything there is', body: { query: FULL } },
  { name: 'variables', body: { query: FULL, variables: { names: ['node-2'], states: ['HEALTHY'], deep: false } } },
  {
    name: 'an operation by name',
    body: { query: `${FULL} query Other { clusterStatus { state } }`, operationName: 'Other' },
  },
  { name: 'an unknown operation', body: { query: FULL, operationName: 'Nope' } },
  {
    name: 'no operation named where there are two',
    body: { query: 'query A { clusterStatus { state } } query B { clusterStatus { state } }' },
  },
  { name: 'nulls', body: { query: SIMPLE, variables: null, operationName: null, extensions: null } },
  { name: 'a variable of a wrong type', body: { query: FULL, variables: { names: 5 } } },
  { name: 'an enum value that is none', body: { query: FULL, variables: { states: ['FINE'] } } },
  { name: 'a missing variable', body: { query: 'query($n: String!) { peer(name: $n) { name } }' } },
  { name: 'a list that is too long', body: { query: FULL, variables: { names: Array(1001).fill('a') } } },
  {
    name: 'null in place of a default in a directive',
    body: {
      query: 'query($b: Boolean = true) { clusterStatus { nodeName @include(if: $b) } }',
      variables: { b: null },
    },
  },
  {
    name: 'null in place of a default in a list',
    body: {
      query: 'query($n: String = "node-2") { clusterStatus { connections(names: [$n, "node-3"]) { name } } }',
      variables: { n: null },
    },
  },
  { name: 'an empty operation name', body: { query: SIMPLE, operationName: '' } },
  { name: 'variables that are large', body: { query: SIMPLE, variables: { pad: 'x'.repeat(5000) } } },
  { name: 'a document that is wrong', body: { query: '{ clusterStatus { nope } }' } },
  { name: 'a document that is none', body: { query: '{ clusterStatus' } },
  { name: 'no document', body: {} },
  { name: 'a parameter it does not know', body: { query: SIMPLE, other: 1 } },
  { name: 'variables that are a list', body: { query: SIMPLE, variables: [] } },
  { name: 'a list of requests', body: [{ query: SIMPLE }] },
  { name: 'what is no JSON', body: '{"query":' },
  { name: 'another root field beside', body: { query: '{ clusterStatus { nodeName } viewer { username } }' } },
  { name: 'introspection', body: { query: '{ __schema { queryType { name } } }' } },
  { name: 'a plan', body: { query: '{ clusterPlan(connections: []) { isNoop } }' } },
  { name: 'somebody else', body: { query: FULL }, as: VIEWER },
  { name: 'no login', body: { query: SIMPLE }, as: null },
  { name: 'a wrong login', body: { query: SIMPLE }, as: basic('admin', 'wrong') },
  ...[
    '*/*',
    'application/json',
    'application/graphql-response+json',
    'application/graphql-response+json, application/json',
    'text/html, application/json;q=0.9',
    'text/plain',
  ].map((accept) => ({ name: `Accept: ${accept}`, body: { query: SIMPLE }, accept })),
  ...(
    [
      { kind: 'garble' },
      { kind: 'reset' },
      { kind: 'hang' },
      { kind: 'refuse', status: 500, body: { error: 'no' } },
      { kind: 'refuse', status: 403, body: { error: 'no' } },
      { kind: 'answer', body: { connections: 5 } },
    ] as Fault[]
  ).flatMap((fault) =>
    ['application/json', 'application/graphql-response+json'].map((accept) => ({
      name: `${fault.kind} of Harper for ${accept}`,
      body: { query: '{ a: clusterStatus { state } nobody: peer(name: "x") { name } }' },
      accept,
      fault,
    })),
  ),
];

/** An answer without what differs from one request to the next. */
async function answerOf(stack: Stack, { body, as = ADMIN, accept, fault }: Case) {
  const { faults } = stack.sandbox.node('node-1');
  if (fault !== undefined) faults.add('cluster_status', fault, 2);
  const response = await fetch(stack.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: accept ?? '*/*',
      ...(as !== null && { authorization: as }),
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = (await response.text()).replaceAll(/"requestId":"[^"]+"/g, '"requestId":"…"');
  faults.clear();
  const {
    date: _,
    'x-request-id': requestId,
    'keep-alive': ___,
    connection: ____,
    ...headers
  } = Object.fromEntries(response.headers);
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  return {
    status: response.status,
    headers: { ...headers, 'content-length': headers['content-length'] === undefined ? 'chunked' : 'given' },
    text,
  };
}

describe('the fast path and the default path', { timeout: 180_000 }, () => {
  const stacks: Stack[] = [];
  beforeAll(async () => {
    const settings = { READ_TIMEOUT: '1000', LOGIN_FAILURES: '10000', LOGIN_FAILURES_IN_ALL: '10000' };
    for (const own of [
      { FAST_PATH: 'false', COMPILED_EXECUTION: 'false' },
      {},
      { COMPILED_EXECUTION: 'false' },
      { FAST_PATH: 'false' },
    ]) {
      const stack = await startStack({ settings: { ...settings, ...own } });
      await stack.ask(SIMPLE, { as: VIEWER });
      stacks.push(stack);
    }
  });
  afterAll(async () => {
    for (const stack of stacks) await stack[Symbol.asyncDispose]();
  });

  it.each(CASES)('give the same bytes for $name', async (each) => {
    const [reference, ...others] = stacks;
    if (!reference || others.length !== 3) throw new Error('there are not four gateways');
    const expected = await answerOf(reference, each);
    // The second time everything that can be cached is.
    for (const stack of [...others, ...others]) expect(await answerOf(stack, each)).toEqual(expected);
  });

  it('give the same answers to the samples of GraphiQL', async () => {
    for (const { query, variables } of samples('node-9').filter(({ query: text }) => /^query/m.test(text))) {
      const same = query.replaceAll(
        /\b(observedAt|startedAt|lastSuccessAt|latency|lastReceivedLocalTime|lastCommitConfirmed|lag|url)\b/g,
        '',
      );
      const [expected, ...others] = await Promise.all(
        stacks.map((stack) => answerOf(stack, { name: '', body: { query: same, variables } })),
      );
      for (const other of others) expect(other).toEqual(expected);
    }
  });

  it('shares answers: many at once with the same rights cost two calls, others none of theirs', async () => {
    await using stack = await startStack();
    await stack.ask(SIMPLE, { as: VIEWER });
    const node = stack.sandbox.node('node-1');
    const before = node.received.get('cluster_status') ?? 0;
    const hold = node.faults.hold('cluster_status');
    const first = stack.ask(SIMPLE);
    await hold.arrived;
    const others = Array.from({ length: 50 }, () => stack.ask(SIMPLE));
    const forbidden = stack.ask(SIMPLE, { as: VIEWER });
    // They have arrived when the gateway has answered one that came after them.
    await stack.ask('{ viewer { username } }');
    hold.release();
    for (const { data } of [await first, ...(await Promise.all(others))]) {
      expect(data).toEqual({ clusterStatus: { nodeName: 'node-1' } });
    }
    expect((await forbidden).errors[0]?.extensions.code).toBe('FORBIDDEN');
    expect((node.received.get('cluster_status') ?? 0) - before).toBeLessThanOrEqual(4);
    expect(node.mostStatusCalls).toBe(1);
  });
});

describe.each(['true', 'false'])('a client that goes away while it waits, FAST_PATH=%s', (FAST_PATH) => {
  it('leaves nothing to be asked of Harper, and gives its place back', async () => {
    await using stack = await startStack({ settings: { FAST_PATH, MAX_OPERATIONS: '2' } });
    stack.sandbox.logins.add({ username: 'other', password: 'x', role: 'super_user', superUser: true, active: true });
    const other = basic('other', 'x');
    // The requests of a caller who is known take the fast path.
    await stack.ask(SIMPLE);
    await stack.ask(SIMPLE, { as: other });
    const node = stack.sandbox.node('node-1');
    const before = node.received.get('cluster_status') ?? 0;
    const held = node.faults.hold('cluster_status');
    const first = stack.ask(SIMPLE);
    await held.arrived;
    const gone = new AbortController();
    const leaving = fetch(stack.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: other },
      body: JSON.stringify({ query: SIMPLE }),
      signal: gone.signal,
    });
    // Both places are taken once it waits, and one is free again once it has gone.
    const isRefused = async () => (await stack.ask('{ __typename }')).status === 429;
    await eventually(async () => expect(await isRefused()).toBe(true));
    gone.abort();
    await expect(leaving).rejects.toThrow();
    await eventually(async () => expect(await isRefused()).toBe(false));
    held.release();
    await first;
    await stack.ask(SIMPLE);
    expect(node.received.get('cluster_status')).toBe(before + 2);
  });
});
