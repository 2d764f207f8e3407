import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/console/model/change-plan.ts';
import {
  proposeAdd,
  proposeConfigure,
  proposeRemove,
  proposeRoutes,
  proposeUpdate,
} from '../../src/console/state/proposals.ts';
import type { Session } from '../../src/console/state/session.ts';

const LOGIN = { basic: { username: 'admin', password: 'secret' } };
const PLAN: Plan = { nodeName: 'a', revision: 'r1', lines: [], warnings: [] };

/** A session that keeps the variables of what is sent. */
function startSession() {
  const sent: unknown[] = [];
  const sendOnce = (async (_: unknown, variables: unknown) => {
    sent.push(variables);
    return { data: { result: null } };
  }) as unknown as Session['sendOnce'];
  return { sent, session: { ask: sendOnce as Session['ask'], sendOnce } };
}

const { sent, session } = startSession();
const input = { hostname: 'b', authorization: LOGIN };
const node = { input, node: undefined, waitForConnected: 0 };

describe('a change that is sent', () => {
  it.each([
    ['to add a node', proposeAdd(session, node)],
    ['to update a node', proposeUpdate(session, node)],
    ['to remove a node', proposeRemove(session, { hostname: 'b', node: undefined, alsoAt: [] })],
    ['to configure all', proposeConfigure(session, { connections: [input], rows: ['b'], node: undefined })],
  ])('%s carries the node and the revision of its plan, and is not planned once more', async (_, proposal) => {
    expect(proposal.isCompared).toBe(true);
    await proposal.send(PLAN);
    expect(sent.pop()).toMatchObject({ input: { node: 'a', expectedRevision: 'r1' } });
  });

  it('has no revision where it is about routes, which are planned once more', async () => {
    const proposal = proposeRoutes(session, { node: undefined, added: [], deleted: ['ws://b:9933'] });
    expect(proposal.isCompared).toBe(false);
    await proposal.send(PLAN);
    expect(sent.pop()).toEqual({ input: { node: 'a', routes: [{ url: 'ws://b:9933' }] } });
  });

  it('has no login any more when it is planned again after a conflict', async () => {
    for (const proposal of [proposeAdd(session, node), proposeUpdate(session, node)]) {
      await proposal.withoutLogins?.().send(PLAN);
      expect(sent).toHaveLength(1);
      expect(JSON.stringify(sent.pop())).not.toContain('secret');
    }
    expect(proposeAdd(session, { ...node, input: { hostname: 'b' } }).withoutLogins).toBeUndefined();
  });
});
