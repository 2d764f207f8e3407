import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Answer } from '../api/answer.ts';
import type { ApiError } from '../api/errors.ts';
import { isNoop, type Plan } from '../model/change-plan.ts';
import { type ChangeResult, failureOf, type ShownResult, shownResult } from '../model/change-result.ts';
import type { Fault, Fields } from '../model/peer-fields.ts';
import type { Changes } from './changes.ts';
import type { Clock } from './clock.ts';

export type ChangeKind = 'add' | 'update' | 'remove' | 'configure' | 'routes';

/** A change that somebody wants to make. It may hold logins, so it is let go of once it was sent. */
export interface Proposal {
  readonly kind: ChangeKind;
  /** The node it is about; undefined where it is about several, or about routes. */
  readonly subject: string | undefined;
  /** Whether the gateway itself refuses it when the topology has another revision by now. */
  readonly isCompared: boolean;
  readonly plan: () => Promise<Answer<Plan>>;
  readonly send: (plan: Plan) => Promise<Answer<ChangeResult>>;
  /** The fields at which the gateway's faults are shown. */
  readonly faultsOf: (error: ApiError) => readonly Fault[];
  /** The same without logins; undefined where it holds none. */
  readonly withoutLogins: (() => Proposal) | undefined;
}

/** How far a change is. */
export type Stage =
  | { readonly kind: 'form'; readonly error: ApiError | undefined; readonly faults: readonly Fault[] }
  | { readonly kind: 'planning' }
  | { readonly kind: 'plan'; readonly plan: Plan; readonly conflict: Conflict | undefined }
  /** Nothing is sent before the plan was found to be still that of the topology. */
  | { readonly kind: 'running'; readonly plan: Plan; readonly began: Began; readonly isSent: boolean }
  | { readonly kind: 'done'; readonly plan: Plan; readonly began: Began; readonly result: ShownResult };

/** The topology was changed between a plan and its confirmation. */
export interface Conflict {
  readonly before: Plan;
  /** Whether the logins that were typed are gone, so that they have to be typed again. */
  readonly needsLogins: boolean;
}

export interface Began {
  readonly at: number;
  /** The last change of the cluster that was known then. */
  readonly cursor: string | undefined;
}

/** The one change that this page makes at a time. */
export interface ChangeFlow {
  readonly stage: ReadonlySignal<Stage>;
  readonly kind: ReadonlySignal<ChangeKind | undefined>;
  readonly subject: ReadonlySignal<string | undefined>;
  /** The node in the address of its form. */
  readonly place: ReadonlySignal<string | undefined>;
  /** Whether a change is being made, or has ended and nobody has seen yet what came of it. */
  readonly isAwaited: ReadonlySignal<boolean>;
  /** Somebody has seen what came of the change. */
  see(): void;
  /** What was typed last in the form; undefined where that was for another node, or nothing was. */
  draft(node?: string): readonly Fields[] | undefined;
  /** Keeps what is typed, without secrets, be it for the peers of one node. */
  keepDraft(rows: readonly Fields[], node?: string): void;
  propose(proposal: Proposal): Promise<void>;
  /** Sends what was planned: once, however often it is called. */
  confirm(): Promise<void>;
  /** Back to the form. */
  edit(): void;
  /** Shows the form of a kind, empty, unless a change is being made. */
  begin(kind: ChangeKind, subject: string | undefined): void;
  reset(): void;
}

const EMPTY: Stage = { kind: 'form', error: undefined, faults: [] };

export function createChangeFlow(
  { recent }: Pick<Changes, 'recent'>,
  { time }: Pick<Clock, 'time'>,
  page: Window,
): ChangeFlow {
  const stage = signal<Stage>(EMPTY);
  const kind = signal<ChangeKind | undefined>(undefined);
  const subject = signal<string | undefined>(undefined);
  let draft: { readonly rows: readonly Fields[]; readonly node: string | undefined } | undefined;
  let proposal: Proposal | undefined;
  let generation = 0;
  const place = signal<string | undefined>(undefined);

  /** @returns undefined where nobody waits for it any more */
  async function current<T>(work: Promise<T>): Promise<T | undefined> {
    generation += 1;
    const mine = generation;
    const result = await work;
    return mine === generation ? result : undefined;
  }

  function refuse(error: ApiError, faults: readonly Fault[]): void {
    proposal = undefined;
    stage.value = { kind: 'form', error, faults };
  }

  async function replan(next: Proposal, before: Plan, needsLogins: boolean): Promise<void> {
    proposal = next;
    const answer = await current(next.plan());
    if (answer === undefined) return;
    if (answer.error !== undefined) refuse(answer.error, next.faultsOf(answer.error));
    else stage.value = { kind: 'plan', plan: answer.data, conflict: { before, needsLogins } };
  }

  /** @returns whether the topology is the one of the plan; elsewhere the stage is another one */
  async function isUnchanged(wanted: Proposal, plan: Plan): Promise<boolean> {
    const answer = await current(wanted.plan());
    if (answer === undefined) return false;
    if (answer.error !== undefined) refuse(answer.error, wanted.faultsOf(answer.error));
    else if (answer.data.revision === plan.revision) return true;
    else stage.value = { kind: 'plan', plan: answer.data, conflict: { before: plan, needsLogins: false } };
    return false;
  }

  const seen = signal<Stage | undefined>(undefined);
  const isAwaited = computed(
    () => stage.value.kind === 'running' || (stage.value.kind === 'done' && seen.value !== stage.value),
  );

  warnBeforeLeaving(stage, page);
  return {
    stage,
    kind,
    subject,
    place,
    isAwaited,
    see() {
      seen.value = stage.peek();
    },
    draft: (node) => (draft?.node === node ? draft?.rows : undefined),
    keepDraft(rows, node) {
      draft = { rows, node };
    },
    async propose(next) {
      if (stage.value.kind !== 'form') return;
      proposal = next;
      kind.value = next.kind;
      subject.value = next.subject;
      stage.value = { kind: 'planning' };
      const answer = await current(next.plan());
      if (answer === undefined) return;
      if (answer.error !== undefined) refuse(answer.error, next.faultsOf(answer.error));
      else stage.value = { kind: 'plan', plan: answer.data, conflict: undefined };
    },
    async confirm() {
      const { value } = stage;
      const wanted = proposal;
      // A second click finds another stage: it is set before anything is awaited.
      if (value.kind !== 'plan' || wanted === undefined || isNoop(value.plan) || value.conflict?.needsLogins) return;
      const { plan } = value;
      const began: Began = { at: time(), cursor: recent.peek()[0]?.cursor };
      stage.value = { kind: 'running', plan, began, isSent: wanted.isCompared };
      if (!wanted.isCompared && !(await isUnchanged(wanted, plan))) return;
      stage.value = { kind: 'running', plan, began, isSent: true };
      const sent = current(wanted.send(plan));
      // The logins in it are gone with it.
      proposal = undefined;
      const answer = await sent;
      if (answer === undefined) return;
      const { error } = answer;
      if (error === undefined) stage.value = { kind: 'done', plan, began, result: shownResult(answer.data) };
      else if (error.code === 'CONFLICT')
        await replan(wanted.withoutLogins?.() ?? wanted, plan, wanted.withoutLogins !== undefined);
      else if (error.code === 'BAD_USER_INPUT') refuse(error, wanted.faultsOf(error));
      else stage.value = { kind: 'done', plan, began, result: failureOf(error) };
    },
    edit() {
      if (stage.value.kind === 'running') return;
      generation += 1;
      proposal = undefined;
      stage.value = EMPTY;
    },
    begin(next, about) {
      if (stage.value.kind === 'running') return;
      const isSame = kind.value === next && place.value === about;
      // Somebody who looks at another view meanwhile finds the plan again, and its result.
      if (isSame && stage.value.kind !== 'form') return;
      generation += 1;
      proposal = undefined;
      place.value = about;
      kind.value = next;
      if (!isSame) draft = undefined;
      stage.value = EMPTY;
    },
    reset() {
      generation += 1;
      proposal = undefined;
      kind.value = undefined;
      subject.value = undefined;
      draft = undefined;
      stage.value = EMPTY;
    },
  };
}

/** Has the browser ask before the page is closed or loaded again while a change is being made. */
function warnBeforeLeaving(stage: ReadonlySignal<Stage>, page: Window): void {
  const ask = (event: Event) => event.preventDefault();
  effect(() => {
    if (stage.value.kind === 'running') page.addEventListener('beforeunload', ask);
    else page.removeEventListener('beforeunload', ask);
  });
}
