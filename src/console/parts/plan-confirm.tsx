import { useEffect, useRef, useState } from 'preact/hooks';
import { withoutTurns } from '../format.ts';
import { isNoop, meanwhile, type Plan, removedIn } from '../model/change-plan.ts';
import type { ChangeKind, Conflict } from '../state/change-flow.ts';
import { useApp } from './app-context.ts';
import { MessageText, NameText } from './names.tsx';
import { Notice } from './notice.tsx';
import { Section } from './page.tsx';
import { PlanDiff } from './plan-diff.tsx';

interface PlanConfirmProps {
  readonly kind: ChangeKind;
  readonly plan: Plan;
  readonly conflict: Conflict | undefined;
}

/** The plan, and what it takes to have it carried out. */
export function PlanConfirm({ kind, plan, conflict }: PlanConfirmProps) {
  const { changing } = useApp();
  const [typed, setTyped] = useState<ReadonlyMap<string, string>>(new Map());
  const heading = useRef<HTMLHeadingElement>(null);
  const toType = isNoop(plan) ? [] : namesToType(kind, plan, changing.subject.value);
  const isTyped = toType.every((name) => isSame(typed.get(name) ?? '', name));
  const isReady = isTyped && !isNoop(plan) && !conflict?.needsLogins;

  // Also when another plan takes its place: that one has to be read, and confirmed anew.
  useEffect(() => {
    setTyped(new Map());
    heading.current?.focus();
  }, [plan]);

  function submit(event: Event): void {
    event.preventDefault();
    if (isReady) changing.confirm().catch((failure: unknown) => reportError(failure));
  }

  return (
    <form class="change-form" onSubmit={submit} autocomplete="off">
      {conflict !== undefined && <ConflictNotice before={conflict.before} now={plan} />}
      <div class={conflict === undefined ? '' : 'beside'}>
        {conflict !== undefined && (
          <Section title="What it would have done" asked={null}>
            <PlanDiff plan={conflict.before} />
          </Section>
        )}
        <div class="plan">
          <h2 ref={heading} tabIndex={-1}>
            {conflict === undefined ? 'What it would do' : 'What it would do now'}
          </h2>
          <PlanDiff plan={plan} />
        </div>
      </div>
      {conflict?.needsLogins && (
        <Notice tone="warn" title="The logins that were typed are gone.">
          <p>They were sent with the change, which was not made. Type them again to go on.</p>
        </Notice>
      )}
      {toType.map((name) => (
        <label key={name} class="field">
          <span>
            Type <NameText name={name} /> to confirm that it is removed
          </span>
          <input
            type="text"
            value={typed.get(name) ?? ''}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            onInput={({ currentTarget: { value } }) => setTyped(new Map([...typed, [name, value]]))}
          />
        </label>
      ))}
      <div class="actions">
        {!isNoop(plan) && (
          <button type="submit" class={toType.length > 0 ? 'danger' : 'primary'} disabled={!isReady}>
            {LABELS[kind]}
          </button>
        )}
        <button type="button" onClick={changing.edit}>
          Change the input
        </button>
      </div>
      <p class="muted">{isReady ? 'It is sent once.' : 'Nothing has been changed yet.'}</p>
    </form>
  );
}

const LABELS: Readonly<Record<ChangeKind, string>> = {
  add: 'Add the node',
  update: 'Update the node',
  remove: 'Remove the node',
  configure: 'Configure the cluster',
  routes: 'Change the routes',
};

/** Also where the asked node does not list what is removed at others. */
function namesToType(kind: ChangeKind, plan: Plan, subject: string | undefined): readonly string[] {
  return kind === 'remove' && subject !== undefined ? [subject] : removedIn(plan);
}

/** A name that turns the direction of writing is typed as it is shown, and no field takes spaces around one. */
function isSame(typed: string, name: string): boolean {
  return [name.trim(), withoutTurns(name).trim()].includes(typed.trim());
}

function ConflictNotice({ before, now }: { readonly before: Plan; readonly now: Plan }) {
  return (
    <div class="conflict" role="alert">
      <Notice tone="warn" title="The cluster has changed since the plan was made. Nothing was sent.">
        <ul>
          {meanwhile(before, now).map((text) => (
            <li key={text}>
              <MessageText text={text} />
            </li>
          ))}
        </ul>
      </Notice>
    </div>
  );
}
