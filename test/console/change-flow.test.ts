import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/console/api/answer.ts';
import type { Plan } from '../../src/console/model/change-plan.ts';
import type { ChangeResult } from '../../src/console/model/change-result.ts';
import { createChangeFlow, type Proposal } from '../../src/console/state/change-flow.ts';
import { stillClock } from './stores.ts';

const line = { kind: 'REMOVE', name: 'b', summary: 'b is removed.', settings: [] } as const;
const PLAN: Plan = { nodeName: 'a', revision: 'r1', lines: [line], warnings: [] };
const RESULT: ChangeResult = {
  ...{ node: 'a', message: 'Removed.', partial: false, emulated: false },
  ...{ warnings: [], steps: [], restartRequired: false },
};

/** A removal of which each plan, and the sending, waits until the test goes on. */
async function startRemoval() {
  const flow = createChangeFlow({ recent: signal([]) }, stillClock().clock, new EventTarget() as Window);
  const plans: ((answer: Answer<Plan>) => void)[] = [];
  const sent: ((answer: Answer<ChangeResult>) => void)[] = [];
  const proposal: Proposal = {
    ...{ kind: 'remove', subject: 'b', isCompared: false, withoutLogins: undefined, faultsOf: () => [] },
    plan: () => new Promise((resolve) => plans.push(resolve)),
    send: () => new Promise((resolve) => sent.push(resolve)),
  };
  flow.begin('remove', 'b');
  const proposed = flow.propose(proposal);
  plans[0]?.({ data: PLAN });
  await proposed;
  return { flow, plans, sent };
}

describe('what is typed in a form', () => {
  it('is there again for the same node only', async () => {
    const { flow } = await startRemoval();
    const typed = [new Map([['node', 'a']])];
    flow.keepDraft(typed);
    flow.edit();
    flow.begin('remove', 'b');
    expect(flow.draft()).toBe(typed);
    flow.begin('remove', 'c');
    expect(flow.draft()).toBe(undefined);
  });

  it('is no wanted set of another node, which is asked where the first does not answer any more', async () => {
    const { flow } = await startRemoval();
    flow.keepDraft([], 'a');
    expect([flow.draft('a'), flow.draft('b')]).toEqual([[], undefined]);
  });
});

describe('a change that is made', () => {
  it('is not called sent before its plan was found to be still right', async () => {
    const { flow, plans, sent } = await startRemoval();
    const confirmed = flow.confirm();
    expect(flow.stage.value).toMatchObject({ kind: 'running', isSent: false });
    plans[1]?.({ data: PLAN });
    await expect.poll(() => sent.length).toBe(1);
    expect(flow.stage.value).toMatchObject({ kind: 'running', isSent: true });
    sent[0]?.({ data: RESULT });
    await confirmed;
    expect(flow.stage.value.kind).toBe('done');
  });

  it('is awaited until somebody has seen what came of it, wherever they have gone meanwhile', async () => {
    const { flow, plans, sent } = await startRemoval();
    expect(flow.isAwaited.value).toBe(false);
    const confirmed = flow.confirm();
    flow.begin('update', 'c');
    expect([flow.isAwaited.value, flow.kind.value, flow.place.value]).toEqual([true, 'remove', 'b']);
    plans[1]?.({ data: PLAN });
    await expect.poll(() => sent.length).toBe(1);
    sent[0]?.({ data: RESULT });
    await confirmed;
    expect(flow.isAwaited.value).toBe(true);
    flow.see();
    expect([flow.isAwaited.value, flow.stage.value.kind]).toEqual([false, 'done']);
  });
});
