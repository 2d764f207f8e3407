import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { Fault, Fields } from '../model/peer-fields.ts';

/** What the fields of a form begin with, and what is wrong with them. */
export interface FormState {
  readonly values: Fields;
  readonly faults: readonly Fault[];
  /** What the names of the fields begin with; empty where a form has each field once. */
  readonly prefix: string;
}

interface FieldProps {
  readonly form: FormState;
  readonly name: string;
  readonly label: ComponentChildren;
  readonly hint?: ComponentChildren;
}

/** A label with its field, hint and fault. What is typed stays in the element until the form is read. */
function Labelled({
  form,
  name,
  label,
  hint,
  children,
}: FieldProps & { readonly children: (props: Inner) => ComponentChildren }) {
  const id = useId();
  const field = `${form.prefix}${name}`;
  const fault = form.faults.find((each) => each.field === field);
  const described = [fault && `${id}-fault`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        name: field,
        ...(described !== '' && { 'aria-describedby': described }),
        ...(fault && { 'aria-invalid': true as const }),
      })}
      {fault && (
        <p class="fault" id={`${id}-fault`}>
          {fault.message}
        </p>
      )}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface Inner {
  readonly id: string;
  readonly name: string;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: true;
}

interface TextFieldProps extends FieldProps {
  readonly type?: 'text' | 'password';
  readonly placeholder?: string;
  readonly isNumber?: boolean;
}

export function TextField({ type = 'text', placeholder, isNumber = false, ...field }: TextFieldProps) {
  return (
    <Labelled {...field}>
      {(props) => {
        const common = {
          ...props,
          defaultValue: field.form.values.get(field.name) ?? '',
          autocapitalize: 'none' as const,
          spellcheck: false,
          ...(placeholder !== undefined && { placeholder }),
        };
        if (type === 'password') return <input {...common} type="password" autocomplete="new-password" />;
        return <input {...common} type="text" autocomplete="off" inputMode={isNumber ? 'numeric' : 'text'} />;
      }}
    </Labelled>
  );
}

export function AreaField({ rows = 3, ...field }: FieldProps & { readonly rows?: number }) {
  return (
    <Labelled {...field}>
      {(props) => (
        <textarea
          {...props}
          rows={rows}
          defaultValue={field.form.values.get(field.name) ?? ''}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
        />
      )}
    </Labelled>
  );
}

interface SelectFieldProps extends FieldProps {
  readonly options: readonly (readonly [value: string, text: string])[];
}

export function SelectField({ options, ...field }: SelectFieldProps) {
  const chosen = field.form.values.get(field.name) ?? '';
  return (
    <Labelled {...field}>
      {(props) => (
        <select {...props}>
          {options.map(([value, text]) => (
            <option key={value} value={value} selected={value === chosen}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

export function CheckField({ form, name, label }: Omit<FieldProps, 'hint'>) {
  return (
    <label class="check">
      <input type="checkbox" name={`${form.prefix}${name}`} defaultChecked={form.values.get(name) === 'on'} />
      <span>{label}</span>
    </label>
  );
}
