import { describe, expect, it } from 'vitest';
import { connectionFailure } from '../../src/harper/failure.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import { REMOVE, STATUS, summaryOf } from '../support/failures.ts';
import { ADMIN, basic, startStack, VIEWER } from '../support/stack.ts';

describe('an answer of Harper that is a failure', () => {
  const text = (status: number, body: string): Fault => ({
    kind: 'answer',
    status,
    body,
    contentType: 'text/plain; charset=utf-8',
  });
  const json = (status: number, body: unknown): Fault => ({ kind: 'answer', status, body });
  const invalid = [502, 'UPSTREAM_INVALID_RESPONSE'];

  it.each<[string, Fault, unknown[], RegExp]>([
    ['401 Must login', json(401, { error: 'Must login' }), [401, 'UNAUTHENTICATED'], /Must login/],
    ['401 token expired', json(401, { error: 'token expired' }), [401, 'UNAUTHENTICATED'], /token expired/],
    [
      '403 of 4.x',
      json(403, { error: 'x', unauthorized_access: ['no way'], invalid_schema_items: [] }),
      [403, 'FORBIDDEN'],
      /no way/,
    ],
    [
      '403 for a user without a role',
      json(403, { error: 'none', unauthorized_access: [] }),
      [403, 'FORBIDDEN'],
      /none/,
    ],
    [
      '400 naming another operation, as 5.x',
      json(400, { error: "Operation 'clusterStatus' not found" }),
      [403, 'FORBIDDEN'],
      /super users/,
    ],
    [
      '400 naming this operation',
      json(400, { error: "Operation 'cluster_status' not found" }),
      [200, 'OPERATION_UNSUPPORTED'],
      /cluster_status/,
    ],
    [
      '400 with an error',
      json(400, { error: "'shard' must be a number" }),
      [200, 'OPERATION_REFUSED'],
      /^'shard' must be a number$/,
    ],
    [
      '500 for a mistake of the caller',
      json(500, { error: 'Invalid URL' }),
      [200, 'OPERATION_REFUSED'],
      /^Invalid URL$/,
    ],
    [
      'an error with its text in message',
      json(400, { statusCode: 400, error: 'Bad Request', message: 'words' }),
      [200, 'OPERATION_REFUSED'],
      /^words$/,
    ],
    ['an error that is an object', json(500, { error: { message: 'inner' } }), [200, 'OPERATION_REFUSED'], /^inner$/],
    ['415', json(415, { error: 'Unsupported Media Type: x' }), [200, 'OPERATION_REFUSED'], /Unsupported/],
    [
      '500 of a TLS join that could not be signed',
      json(500, {
        error: 'Error returned from wss://h:1: socket hang up and connection was required to sign certificate',
      }),
      [200, 'OPERATION_REFUSED'],
      /required to sign certificate$/,
    ],
    [
      '401 of an inactive user',
      json(401, { error: 'Cannot complete request: User is inactive' }),
      [401, 'UNAUTHENTICATED'],
      /inactive/,
    ],
    ['406', json(406, { error: 'Not Acceptable' }), [200, 'OPERATION_REFUSED'], /^Not Acceptable$/],
    ['503 as text', text(503, 'Service Unavailable'), [502, 'UPSTREAM_UNAVAILABLE', 'retryable'], /HTTP 503/],
    ['429 of a proxy', text(429, 'Too many'), [502, 'UPSTREAM_UNAVAILABLE', 'retryable'], /HTTP 429/],
    ['429 of a proxy as JSON', json(429, { error: 'x' }), [502, 'UPSTREAM_UNAVAILABLE', 'retryable'], /HTTP 429/],
    ['404 as text', text(404, 'Not found\n'), invalid, /HTTP 404 Not Found.*HARPER_URL/],
    ['a redirect', json(302, {}), invalid, /is a redirect \(HTTP 302 Found\).*HARPER_URL/],
    ['a redirect that is permanent', text(308, ''), invalid, /is a redirect \(HTTP 308 .*HARPER_URL/],
    ['a success without an answer', json(202, {}), invalid, /HTTP 202 Accepted, which Harper never sends/],
    ['200 that is not JSON', { kind: 'garble' }, invalid, /not JSON/],
    ['200 that is null', json(200, null), invalid, /documented shape/],
    ['200 of another shape', json(200, { connections: 'none', node_name: 'a' }), invalid, /documented shape/],
    ['an answer that is too large', json(200, { node_name: 'x'.repeat(5000) }), invalid, /larger than 4096 bytes/],
    ['half an answer', { kind: 'truncate' }, [502, 'UPSTREAM_UNAVAILABLE', 'retryable'], /before its answer was whole/],
  ])('is coded: %s', async (_, fault, expected, message) => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { MAX_RESPONSE_BYTES: '4096' } });
    stack.sandbox.node('node-1').faults.add('cluster_status', fault);
    const reply = await stack.ask(STATUS);
    expect(summaryOf(reply)).toEqual(expected);
    expect(reply.errors[0]?.message).toMatch(message);
    expect(reply.errors[0]?.extensions).toMatchObject({ operation: 'cluster_status', requestId: expect.any(String) });
    expect((await stack.ask(STATUS)).data).toEqual({ clusterStatus: { nodeName: 'node-1' } });
  });

  it('is coded: none in time', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { READ_TIMEOUT: '1500' } });
    stack.sandbox.node('node-1').faults.add('*', { kind: 'hang' }, 2);
    const reply = await stack.ask(STATUS);
    expect(summaryOf(reply)).toEqual([504, 'UPSTREAM_TIMEOUT', 'retryable']);
    expect(reply.errors[0]?.message).toBe('Harper gave no whole answer within 1500 ms.');
  });

  it('tells where the shape is wrong', async () => {
    await using stack = await startStack();
    const wrong = {
      node_name: 'a',
      connections: [{ name: 'b', database_sockets: [{ database: 'd', connected: 'yes' }] }],
    };
    stack.sandbox.node('node-1').faults.add('cluster_status', { kind: 'answer', body: wrong });
    const { errors } = await stack.ask(STATUS);
    expect(errors[0]?.extensions.issues).toEqual([
      {
        path: ['connections', 0, 'database_sockets', 0, 'connected'],
        message: expect.stringMatching(/expected boolean/),
      },
    ]);
  });

  it.each<[string, Fault, unknown[]]>([
    ['never answered', { kind: 'hang' }, [504, 'UPSTREAM_TIMEOUT', 'outcome unknown']],
    ['cut off', { kind: 'reset' }, [502, 'UPSTREAM_UNAVAILABLE', 'outcome unknown']],
    ['cut off after it was done', { kind: 'reset', after: true }, [502, 'UPSTREAM_UNAVAILABLE', 'outcome unknown']],
    ['answered by half', { kind: 'truncate' }, [502, 'UPSTREAM_UNAVAILABLE', 'outcome unknown']],
    ['answered with garbage', { kind: 'garble' }, [502, 'UPSTREAM_INVALID_RESPONSE', 'outcome unknown']],
    ['answered without a message', { kind: 'answer', body: {} }, [502, 'UPSTREAM_INVALID_RESPONSE', 'outcome unknown']],
    ['redirected', { kind: 'answer', status: 307, body: {} }, [502, 'UPSTREAM_INVALID_RESPONSE', 'outcome unknown']],
    [
      'answered 429 by a proxy',
      { kind: 'answer', status: 429, body: 'x', contentType: 'text/plain' },
      [502, 'UPSTREAM_UNAVAILABLE', 'outcome unknown'],
    ],
    [
      'answered 503 by a proxy',
      { kind: 'answer', status: 503, body: 'x', contentType: 'text/plain' },
      [502, 'UPSTREAM_UNAVAILABLE', 'outcome unknown'],
    ],
  ])('leaves the outcome of a change unknown, and sends it once: %s', async (_, fault, expected) => {
    await using stack = await startStack({ settings: { WRITE_TIMEOUT: '300' } });
    const node = stack.sandbox.node('node-1');
    await stack.ask(STATUS);
    node.faults.add('remove_node', fault);
    const reply = await stack.ask(REMOVE);
    expect(summaryOf(reply)).toEqual(expected);
    expect(reply.errors[0]?.message).toMatch(/may have been carried out/);
    expect(node.received.get('remove_node')).toBe(1);
  });
});

describe('a fault of the connection', () => {
  const call = { operation: 'cluster_status', kind: 'read', secrets: [] } as const;
  const messageOf = (fault: object) => connectionFailure(Object.assign(new Error('x'), fault), call, true).message;

  it('is named by its code, also one that is a property of every object', () => {
    expect(messageOf({ code: 'ECONNREFUSED' })).toBe('Harper refused the connection (ECONNREFUSED).');
    expect(messageOf({ code: 'constructor' })).toBe('The connection to Harper failed (constructor).');
    expect(messageOf({ cause: Object.assign(new Error('y'), { code: 'EPROTO' }) })).toMatch(/TLS handshake .*EPROTO/);
  });
});

describe('rights at Harper', () => {
  it.each(['4.7', '5.2'] as const)(
    'make a %s answer FORBIDDEN for who is no super user, on every operation',
    async (dialect) => {
      await using stack = await startStack({ sandbox: { nodes: 1, dialect } });
      const changes = [STATUS, REMOVE, 'mutation { addNode(input: { hostname: "a" }) { message } }'];
      for (const query of changes)
        expect(summaryOf(await stack.ask(query, { as: VIEWER }))).toEqual([403, 'FORBIDDEN']);
    },
  );

  it.each([
    ['a wrong password', basic('admin', 'wrong')],
    ['an unknown user', basic('unknown', 'sandbox')],
    ['a token that is none', 'Bearer garbage'],
  ])('make %s UNAUTHENTICATED', async (_, as) => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    expect(summaryOf(await stack.ask(STATUS, { as }))).toEqual([401, 'UNAUTHENTICATED']);
  });

  it('never leave a password in a message, even when Harper puts it there', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const words = `user admin with sandbox and ${ADMIN} and hush-hush failed`;
    stack.sandbox.node('node-1').faults.add('add_node', { kind: 'answer', status: 500, body: { error: words } });
    const input = { hostname: 'a', authorization: { basic: { username: 'u', password: 'hush-hush' } } };
    const reply = await stack.ask('mutation($input: AddNodeInput!) { addNode(input: $input) { message } }', {
      variables: { input },
    });
    expect(reply.errors[0]?.message).toBe('user admin with [redacted] and [redacted] and [redacted] failed');
  });
});
