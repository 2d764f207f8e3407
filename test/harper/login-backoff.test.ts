import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import type { CallInfo } from '../../src/harper/failure.ts';
import { createOwnPost } from '../../src/harper/login.ts';
import type { Transport } from '../../src/harper/transport.ts';
import { startDeadline } from '../../src/util/deadline.ts';
import { TestClock } from '../support/clock.ts';

/** A Harper that knows one password and one token, and counts what it is asked. */
function start() {
  const state = { password: 'right', asked: 0 };
  const refused = new GatewayError('UNAUTHENTICATED', 'Harper did not accept the credentials: Login failed.');
  const post: Transport['post'] = async (_, { authorization = '' }) => {
    state.asked += 1;
    const basic = `Basic ${Buffer.from(`gateway:${state.password}`).toString('base64')}`;
    if (authorization !== basic && authorization !== `Bearer of-${state.password}`) throw refused;
    const answer = { operation_token: `of-${state.password}`, refresh_token: null };
    return { bytes: Buffer.from(JSON.stringify(answer)), nodeTime: null } as never;
  };
  return { state, post };
}

const CALL: CallInfo = { operation: 'cluster_status', kind: 'read', secrets: [] };

async function resultOf(send: ReturnType<typeof createOwnPost>): Promise<string> {
  const deadline = startDeadline(60_000);
  try {
    await send({ operation: 'cluster_status' }, CALL, deadline);
    return 'ok';
  } catch (error) {
    return (error as GatewayError).code;
  } finally {
    deadline.end();
  }
}

const secretFile = (text: string) => {
  const path = join(mkdtempSync(join(tmpdir(), 'harper-gateway-login-')), 'secret');
  writeFileSync(path, text);
  return path;
};

describe.each([
  ['a password', () => ({ kind: 'password', username: 'gateway', password: 'wrong' }) as const],
  ['a token', () => ({ kind: 'token', token: 'of-wrong' }) as const],
])('an own login by %s that is wrong', (_, loginOf) => {
  it('is tried again after pauses that double up to a minute, and at once for nobody', async () => {
    const { state, post } = start();
    const clock = new TestClock();
    const send = createOwnPost(loginOf(), post, clock);
    const tries: number[] = [];
    for (let second = 0; second < 300; second += 1) {
      const before = state.asked;
      for (let call = 0; call < 5; call += 1) expect(await resultOf(send)).toBe('UPSTREAM_UNAVAILABLE');
      if (state.asked > before) tries.push(second);
      await clock.advance(1000);
    }
    expect(tries).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
  });

  it('counts calls at the same time as one try', async () => {
    const { state, post } = start();
    const clock = new TestClock();
    const send = createOwnPost(loginOf(), post, clock);
    await Promise.all(Array.from({ length: 20 }, () => resultOf(send)));
    const { asked } = state;
    await clock.advance(1000);
    expect(await resultOf(send)).toBe('UPSTREAM_UNAVAILABLE');
    expect(state.asked).toBe(asked + 1);
  });
});

describe('an own login', () => {
  it('that becomes right is used after the pause, and a later refusal begins with a short one', async () => {
    const { state, post } = start();
    const clock = new TestClock();
    const send = createOwnPost({ kind: 'password', username: 'gateway', password: 'renewed' }, post, clock);
    for (const pause of [1000, 2000, 4000]) {
      expect(await resultOf(send)).toBe('UPSTREAM_UNAVAILABLE');
      await clock.advance(pause);
    }
    state.password = 'renewed';
    expect(await resultOf(send)).toBe('ok');
    state.password = 'other';
    expect(await resultOf(send)).toBe('UPSTREAM_UNAVAILABLE');
    state.password = 'renewed';
    expect(await resultOf(send)).toBe('UPSTREAM_UNAVAILABLE');
    await clock.advance(1000);
    expect(await resultOf(send)).toBe('ok');
  });

  it.each([
    ['password', (passwordFile: string) => ({ kind: 'password', username: 'gateway', passwordFile }) as const],
    ['token', (tokenFile: string) => ({ kind: 'token', tokenFile }) as const],
  ])('by a %s in a file is tried at once when the file has changed', async (kind, loginOf) => {
    const prefix = kind === 'token' ? 'of-' : '';
    const file = secretFile(`${prefix}wrong`);
    const send = createOwnPost(loginOf(file), start().post, new TestClock());
    expect(await resultOf(send)).toBe('UPSTREAM_UNAVAILABLE');
    writeFileSync(file, `${prefix}right`);
    expect(await resultOf(send)).toBe('ok');
  });
});
