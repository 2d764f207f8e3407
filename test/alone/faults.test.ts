import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { eventually } from '../support/eventually.ts';
import { type ChangeEvent, overWebSocket } from '../support/live.ts';
import { ADMIN, type Stack, startStack } from '../support/stack.ts';
import { certificate } from '../support/tls.ts';

/** Milliseconds Harper is given for an answer, and for what the gateway does besides. */
const DEADLINE = 400;
const TOLERANCE = 5000;

interface Trouble {
  readonly name: string;
  /** Makes Harper behave so. */
  begin(stack: Stack): Promise<void> | void;
  /** Makes it well again. */
  end(stack: Stack): Promise<void> | void;
  readonly query: string;
  readonly mutation: string;
  /** Whether the change may have been made. */
  readonly unknown: boolean;
  /** Milliseconds Harper is given, where making the trouble takes the sandbox long. */
  readonly deadline?: number;
  /** What a subscriber is told, where the stream does not end. */
  readonly lost?: RegExp;
}

const always = (fault: Fault) => ({
  begin({ sandbox }: Stack) {
    for (const operation of ['cluster_status', 'add_node']) sandbox.node('node-1').faults.add(operation, fault, 1e9);
  },
  end: ({ sandbox }: Stack) => sandbox.node('node-1').faults.clear(),
});

const TROUBLES: readonly Trouble[] = [
  {
    name: 'refused connections',
    begin: ({ sandbox }) => sandbox.node('node-1').kill(),
    end: ({ sandbox }) => sandbox.node('node-1').start(),
    query: 'UPSTREAM_UNAVAILABLE',
    mutation: 'UPSTREAM_UNAVAILABLE',
    unknown: false,
    lost: /refused the connection/,
  },
  {
    name: 'resets',
    ...always({ kind: 'reset' }),
    query: 'UPSTREAM_UNAVAILABLE',
    mutation: 'UPSTREAM_UNAVAILABLE',
    unknown: true,
    lost: /closed the connection/,
  },
  {
    name: 'slow headers',
    ...always({ kind: 'hang' }),
    query: 'UPSTREAM_TIMEOUT',
    mutation: 'UPSTREAM_TIMEOUT',
    unknown: true,
    lost: /no whole answer within 400 ms/,
  },
  {
    name: 'a slow body',
    ...always({ kind: 'stall' }),
    query: 'UPSTREAM_TIMEOUT',
    mutation: 'UPSTREAM_TIMEOUT',
    unknown: true,
    lost: /no whole answer within 400 ms/,
  },
  {
    name: 'truncated answers',
    ...always({ kind: 'truncate' }),
    query: 'UPSTREAM_UNAVAILABLE',
    mutation: 'UPSTREAM_UNAVAILABLE',
    unknown: true,
    lost: /before its answer was whole/,
  },
  {
    name: 'garbage',
    ...always({ kind: 'garble' }),
    query: 'UPSTREAM_INVALID_RESPONSE',
    mutation: 'UPSTREAM_INVALID_RESPONSE',
    unknown: true,
    lost: /is not JSON/,
  },
  {
    name: 'a wrong shape',
    ...always({ kind: 'answer', body: { connections: 5 } }),
    query: 'UPSTREAM_INVALID_RESPONSE',
    mutation: 'UPSTREAM_INVALID_RESPONSE',
    unknown: true,
    lost: /documented shape/,
  },
  {
    name: '30 MB',
    deadline: 5000,
    ...always({ kind: 'answer', body: { message: 'x'.repeat(30 * 1024 ** 2) } }),
    query: 'UPSTREAM_INVALID_RESPONSE',
    mutation: 'UPSTREAM_INVALID_RESPONSE',
    unknown: true,
    lost: /is larger than/,
  },
  {
    name: 'a frozen node',
    begin: ({ sandbox }) => sandbox.node('node-1').freeze(),
    end: ({ sandbox }) => sandbox.node('node-1').thaw(),
    query: 'UPSTREAM_TIMEOUT',
    mutation: 'UPSTREAM_TIMEOUT',
    unknown: true,
    lost: /no whole answer within 400 ms/,
  },
  {
    name: 'a login that is good no more',
    begin: ({ sandbox }) => setPassword(sandbox, 'changed'),
    end: ({ sandbox }) => setPassword(sandbox, 'sandbox'),
    query: 'UNAUTHENTICATED',
    mutation: 'UNAUTHENTICATED',
    unknown: false,
  },
];

function setPassword(sandbox: Stack['sandbox'], password: string): void {
  const admin = sandbox.logins.users.get('admin');
  if (admin) admin.password = password;
}

const QUERY = '{ clusterStatus { nodeName } }';
const CHANGE = 'mutation { addNode(input: { hostname: "node-2" }) { message } }';

const start = (deadline: number) =>
  startStack({ settings: { READ_TIMEOUT: String(deadline), WRITE_TIMEOUT: String(deadline), POLL_INTERVAL: '100' } });

describe.each(TROUBLES)('Harper with $name', ({ begin, end, query, mutation, unknown, lost, deadline = DEADLINE }) => {
  it.each([
    ['query', QUERY, query],
    ['mutation', CHANGE, mutation],
  ])('fails a %s with its code in time, and the next one after is well', async (kind, document, code) => {
    await using stack = await start(deadline);
    expect((await stack.ask(document)).errors).toEqual([]);
    await begin(stack);
    const begun = performance.now();
    const { errors } = await stack.ask(document);
    expect(performance.now() - begun).toBeLessThan(deadline + TOLERANCE);
    expect(errors[0]?.extensions.code).toBe(code);
    expect(errors[0]?.extensions.outcomeUnknown).toBe(kind === 'mutation' && unknown ? true : undefined);
    expect(errors[0]?.extensions.retryable).toBe(kind === 'query' && /UNAVAILABLE|TIMEOUT/.test(code));
    await end(stack);
    await eventually(async () => expect((await stack.ask(document)).errors).toEqual([]));
  });

  it('tells a subscriber in time, and goes on or ends as documented', async () => {
    await using stack = await start(deadline);
    await using events = overWebSocket<ChangeEvent>(stack);
    await eventually(() => expect(stack.sandbox.node('node-1').received.get('cluster_status')).toBeGreaterThan(1));
    await begin(stack);
    const begun = performance.now();
    if (lost === undefined) {
      expect(JSON.stringify(await events.ended)).toContain('UNAUTHENTICATED');
      expect(performance.now() - begun).toBeLessThan(deadline + TOLERANCE);
      return;
    }
    const [told] = (await events.until(({ kind }) => kind === 'UPSTREAM_LOST')).slice(-1);
    expect(performance.now() - begun).toBeLessThan(deadline + TOLERANCE);
    expect(told?.message).toMatch(lost);
    await end(stack);
    await events.until(({ kind }) => kind === 'UPSTREAM_RESTORED');
  });
});

describe('Harper over TLS', () => {
  const directory = mkdtempSync(join(tmpdir(), 'harper-gateway-tls-'));
  const file = (name: string, content: string) => {
    writeFileSync(join(directory, name), content);
    return join(directory, name);
  };

  it.each([
    ['for another host', () => certificate('other.example')],
    ['that has expired', () => certificate('localhost', new Date(Date.now() - 60_000))],
    ['nobody vouches for', () => certificate()],
  ])(
    'with a certificate %s is unavailable to queries, mutations and subscribers, and no login is sent',
    async (name, make) => {
      const tls = await make();
      const ca = name === 'nobody vouches for' ? (await certificate()).cert : tls.cert;
      await using stack = await startStack({
        sandbox: { nodes: 1, tls },
        settings: { HARPER_CA_FILE: file('ca.pem', ca), POLL_INTERVAL: '100' },
      });
      for (const [document, unknown] of [
        [QUERY, undefined],
        [CHANGE, undefined],
      ] as const) {
        const { errors } = await stack.ask(document);
        expect(errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
        expect(errors[0]?.message).toMatch(/TLS handshake failed/);
        expect(errors[0]?.extensions.outcomeUnknown).toBe(unknown);
      }
      await using events = overWebSocket<ChangeEvent>(stack);
      const reason = { message: expect.stringMatching(/TLS handshake failed/) };
      expect(await events.ended).toMatchObject([reason]);
      expect(stack.sandbox.node('node-1').received.size).toBe(0);
    },
  );

  it('with a pinned certificate is taken, whoever has signed it, and no other', async () => {
    const tls = await certificate('some.name');
    const { X509Certificate } = await import('node:crypto');
    const { fingerprint256 } = new X509Certificate(tls.cert);
    await using pinned = await startStack({
      sandbox: { nodes: 1, tls },
      settings: { HARPER_FINGERPRINT: fingerprint256 },
    });
    expect((await pinned.ask(QUERY)).errors).toEqual([]);
    await using other = await startStack({
      sandbox: { nodes: 1, tls: await certificate('some.name') },
      settings: { HARPER_FINGERPRINT: fingerprint256 },
    });
    const { errors } = await other.ask(QUERY);
    expect(errors[0]?.message).toBe(
      "Harper's TLS handshake failed (CERT_FINGERPRINT_MISMATCH). HARPER_FINGERPRINT does not list its certificate.",
    );
    expect(other.sandbox.node('node-1').received.size).toBe(0);
  });

  it('without verification is warned about, in the log and in gateway', async () => {
    await using stack = await startStack({
      sandbox: { nodes: 1, tls: await certificate() },
      settings: { HARPER_TLS_VERIFY: 'false' },
    });
    const { data } = await stack.ask('{ gateway { warnings } }', { as: ADMIN });
    expect(data.gateway.warnings).toEqual([expect.stringMatching(/^HARPER_TLS_VERIFY is off/)]);
    expect(stack.logs.join('')).toContain('HARPER_TLS_VERIFY is off');
  });
});
