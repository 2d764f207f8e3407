import { afterEach, describe, expect, it, vi } from 'vitest';
import { addressesFor } from '../../src/console/api/addresses.ts';
import { GatewayStateDocument } from '../../src/console/graphql/graphql.ts';
import { createSession } from '../../src/console/state/session.ts';
import { stillClock } from './stores.ts';

const viewer = (username: string) => ({ username, role: 'super_user', isSuperUser: true, canChange: true });

/** A session of which each request waits until the test answers it. */
function startSession() {
  const requests: ((body: unknown) => void)[] = [];
  vi.stubGlobal(
    'fetch',
    () =>
      new Promise((resolve) => {
        requests.push((body) => resolve(new Response(JSON.stringify(body))));
      }),
  );
  const session = createSession(addressesFor('http://gateway.invalid/console'), stillClock().clock);
  const logIn = (username: string) => session.logIn({ kind: 'password', username, password: 'p' });
  return { session, requests, logIn };
}

describe('a login', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('is none where somebody has logged out before it was accepted', async () => {
    const { session, requests, logIn } = startSession();
    const login = logIn('admin');
    session.logOut();
    requests[0]?.({ data: { viewer: viewer('admin') } });
    await login;
    expect(session.state.value.kind).toBe('out');
  });

  it('is that of the last attempt, whichever is answered last', async () => {
    const { session, requests, logIn } = startSession();
    const logins = [logIn('one'), logIn('two')];
    requests[1]?.({ data: { viewer: viewer('two') } });
    await logins[1];
    requests[0]?.({ data: { viewer: viewer('one') } });
    await logins[0];
    expect(session.state.value).toMatchObject({ kind: 'in', viewer: { username: 'two' } });
  });

  it('that has expired has nothing asked without one', async () => {
    const { session, requests, logIn } = startSession();
    const login = logIn('admin');
    requests[0]?.({ data: { viewer: viewer('admin') } });
    await login;
    session.expire();
    const answer = await session.ask(GatewayStateDocument, {});
    expect([answer.error?.code, requests.length]).toEqual(['UNAUTHENTICATED', 1]);
  });

  it('says what is wrong where nobody is named', async () => {
    const { session, requests, logIn } = startSession();
    const login = logIn('admin');
    requests[0]?.({ data: { viewer: null } });
    await login;
    expect(session.state.value).toMatchObject({ kind: 'out', isBusy: false, error: { code: 'INVALID_ANSWER' } });
  });
});
