import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { draftOf, type Fault, type Fields } from '../model/peer-fields.ts';
import type { Proposal } from '../state/change-flow.ts';
import { useApp } from './app-context.ts';
import { Failure } from './notice.tsx';

/** What was read of a form: a change, or what is wrong with it. */
export type Read = { readonly proposal: Proposal } | { readonly faults: readonly Fault[] };

interface ChangeFormProps {
  /** Reads the form; its fields have the secrets in them. */
  readonly read: (fields: Fields) => Read;
  /** The fields, given what is wrong with them. */
  readonly children: (faults: readonly Fault[]) => ComponentChildren;
  readonly button?: string;
}

/** A form that ends in a plan. It is read when it is sent, so that no secret is anywhere but in its field. */
export function ChangeForm({ read, children, button = 'Show what it would do' }: ChangeFormProps) {
  const { changing } = useApp();
  const form = useRef<HTMLFormElement>(null);
  const [own, setOwn] = useState<readonly Fault[]>([]);
  const stage = changing.stage.value;
  const told = stage.kind === 'form' ? stage.faults : [];
  const faults = own.length > 0 ? own : told;
  const isBusy = stage.kind === 'planning';
  const error = stage.kind === 'form' ? stage.error : undefined;

  useEffect(() => {
    if (faults.length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [faults]);

  function submit(event: Event): void {
    event.preventDefault();
    if (form.current === null || isBusy) return;
    const fields = fieldsIn(form.current);
    changing.keepDraft([draftOf(fields)]);
    const found = read(fields);
    if ('faults' in found) {
      setOwn(found.faults);
      return;
    }
    setOwn([]);
    changing.propose(found.proposal).catch((failure: unknown) => reportError(failure));
  }

  return (
    <form class="change-form" ref={form} onSubmit={submit} autocomplete="off" noValidate>
      {children(faults)}
      {error !== undefined && faults.length === 0 && (
        <Failure title="It could not be planned." error={error} isRepeated={false} />
      )}
      <div class="actions">
        <button type="submit" class="primary" disabled={isBusy}>
          {isBusy ? 'Planning …' : button}
        </button>
        <a href="#/changes">Cancel</a>
      </div>
      <p class="muted">Nothing has been changed yet.</p>
    </form>
  );
}

/** What is typed in a form, by the names of its fields. */
export function fieldsIn(form: HTMLFormElement): Fields {
  return new Map(
    [...new FormData(form)].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : [])),
  );
}
