import { expect, it } from 'vitest';
import { operations } from '../../src/harper/operations.ts';
import { statusAnswer } from '../../src/harper/status/dialect.ts';
import { post, type RawAnswer } from '../support/harper.ts';
import { removeAdded, type Subject, UNUSED_NAME, UNUSED_ROUTE } from './added.ts';

/**
 * What the gateway relies on in any Harper, asked in raw HTTP. The sandbox and a real server answer the same questions,
 * so that the sandbox stays true. Only a peer and a route that the suite itself adds are ever changed.
 */
export function describeHarper(subject: () => Subject): void {
  const call = (body: object, authorization = subject().authorization) => post(subject().url, body, authorization);
  const names = async () => {
    const { body } = await call({ operation: 'cluster_status' });
    return statusAnswer.parse(body).connections?.map(({ name }) => name) ?? [];
  };

  it('is healthy without a login', async () => {
    const response = await fetch(new URL('/health', subject().url));
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^text\/plain/),
    ]);
    await response.text();
  });

  it('takes operations by POST to / only', async () => {
    const response = await fetch(subject().url, { headers: { authorization: subject().authorization } });
    expect([response.status, (await response.text()).trim()]).toEqual([404, 'Not found']);
  });

  it.each<[string, string | object, number, RegExp]>([
    ['a body that is no JSON', '{"operation": ', 400, /JSON/],
    ['a body without an operation', { foo: 1 }, 400, /must include an 'operation' property/],
    [
      'an operation it does not have',
      { operation: 'no_such_operation' },
      400,
      /^Operation 'no_such_operation' not found$/,
    ],
  ])('refuses %s', async (_, body, status, words) => {
    const answer = await post(subject().url, body, subject().authorization);
    expect([answer.status, answer.body.error]).toEqual([status, expect.stringMatching(words)]);
  });

  it('parses the body before it asks for a login', async () => {
    expect((await post(subject().url, '{"operation": ')).status).toBe(400);
  });

  it('refuses a body without a content type', async () => {
    const answer = await post(subject().url, '{"operation":"user_info"}', subject().authorization, {
      'content-type': 'application/xml',
    });
    expect([answer.status, answer.body.error]).toEqual([415, expect.stringMatching(/^Unsupported Media Type/)]);
  });

  it.each([
    ['a wrong password', `Basic ${btoa('no-such-user:wrong')}`, 'Login failed'],
    ['a token that is none', 'Bearer garbage', 'invalid token'],
  ])('refuses %s', async (_, authorization, words) => {
    const answer = await call({ operation: 'user_info' }, authorization);
    expect([answer.status, answer.body]).toEqual([401, { error: words }]);
    expect(answer.headers['www-authenticate']).toBeUndefined();
  });

  it('says who is logged in', async () => {
    const { status, body } = await call({ operation: 'user_info' });
    expect([status, operations.userInfo.output.parse(body).role?.permission?.super_user]).toEqual([200, true]);
    expect(body.active).toBe(true);
  });

  it('gives tokens that log in, and a refresh token that does not', async () => {
    const { body } = await call({ operation: 'create_authentication_tokens' });
    expect((await call({ operation: 'user_info' }, `Bearer ${body.operation_token}`)).status).toBe(200);
    expect((await call({ operation: 'user_info' }, `Bearer ${body.refresh_token}`)).status).toBe(401);
    const refreshed = await call({ operation: 'refresh_operation_token' }, `Bearer ${body.refresh_token}`);
    expect((await call({ operation: 'user_info' }, `Bearer ${refreshed.body.operation_token}`)).status).toBe(200);
  });

  it('answers cluster_status in the documented shape, 20 times one after the other', async () => {
    for (let index = 0; index < 20; index += 1) {
      const { status, body } = await call({ operation: 'cluster_status' });
      expect([status, statusAnswer.safeParse(body).error]).toEqual([200, undefined]);
    }
  });

  it('adds a peer it cannot reach, says so in a success, lists it, and removes it', async () => {
    const before = await names();
    const added = await call({ operation: 'add_node', hostname: UNUSED_NAME, verify_tls: false });
    if (added.status === 500) {
      // Over TLS, before the first signed certificate, nothing is stored.
      expect(added.body.error).toMatch(/and connection was required to sign certificate$/);
      expect(await names()).toEqual(before);
      return;
    }
    try {
      expect(added.status).toBe(200);
      expect(added.body.message).toMatch(
        new RegExp(
          `^Successfully added 'wss?://${UNUSED_NAME}:\\d+' to cluster ` +
            'but there was an error updating target node: Error returned from ',
        ),
      );
      expect(await names()).toContain(UNUSED_NAME);
    } finally {
      const removed = await removeAdded(subject());
      expect([removed.status, removed.body.message]).toEqual([
        200,
        `Successfully removed '${UNUSED_NAME}' from cluster`,
      ]);
    }
    expect((await names()).toSorted()).toEqual(before.toSorted());
  });

  it('does not know a peer that is none', async () => {
    const answer = await call({
      operation: 'remove_node',
      hostname: UNUSED_NAME,
      name: UNUSED_NAME,
      node_name: UNUSED_NAME,
    });
    expect([answer.status, answer.body]).toEqual([400, { error: `${UNUSED_NAME} does not exist` }]);
  });

  // Nothing is asked that may leave a peer called `undefined`: an empty hostname does so from 5.1 on.
  it('refuses to add a shard that is no number', async () => {
    const answer = await call({ operation: 'add_node', hostname: UNUSED_NAME, shard: 'no-number' });
    // A server that takes it has added a peer.
    if (answer.status === 200) await removeAdded(subject());
    expect([answer.status, answer.body]).toEqual([400, { error: "'shard' must be a number" }]);
    expect(await names()).not.toContain(UNUSED_NAME);
  });

  it('sets, lists and deletes a route, or has no such operation', async () => {
    const routes = [UNUSED_ROUTE];
    const before = await call({ operation: 'cluster_get_routes' });
    if (isUnregistered(before, 'cluster_get_routes')) {
      expect(isUnregistered(await call({ operation: 'cluster_set_routes', routes }), 'cluster_set_routes')).toBe(true);
      return;
    }
    const present = operations.getRoutes.output.parse(before.body);
    let deleted: RawAnswer | undefined;
    try {
      const set = await call({ operation: 'cluster_set_routes', routes });
      expect(operations.setRoutes.output.parse(set.body)).toMatchObject({ set: routes, skipped: [] });
      expect(
        operations.setRoutes.output.parse((await call({ operation: 'cluster_set_routes', routes })).body).skipped,
      ).toEqual(routes);
    } finally {
      deleted = await call({ operation: 'cluster_delete_routes', routes });
    }
    expect(operations.deleteRoutes.output.parse(deleted.body)).toMatchObject({ deleted: routes, skipped: [] });
    const after = await call({ operation: 'cluster_get_routes' });
    expect(operations.getRoutes.output.parse(after.body)).toEqual(present);
  });

  it('shows its configuration, routes included', async () => {
    const { status, body } = await call({ operation: 'get_configuration' });
    expect([status, typeof body.replication]).toEqual([200, 'object']);
  });
}

function isUnregistered({ status, body }: RawAnswer, operation: string): boolean {
  return status === 400 && body.error === `Operation '${operation}' not found`;
}
