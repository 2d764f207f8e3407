import { useApp } from './app-context.ts';
import { AreaField, CheckField, type FormState, SelectField, TextField } from './field.tsx';

/** The settings of replication with a node, which most nodes have none of. */
export function PeerSettings({ form, isOpen = false }: { readonly form: FormState; readonly isOpen?: boolean }) {
  const hasFault = form.faults.some(({ field }) => INSIDE.some((name) => field === `${form.prefix}${name}`));
  return (
    <details class="more" open={isOpen || hasFault}>
      <summary>What is replicated, shard and certificates</summary>
      <div class="fields">
        <SelectField
          form={form}
          name="scope"
          label="What is replicated"
          options={[
            ['all', 'Everything'],
            ['tables', 'Only the tables below'],
          ]}
        />
        <AreaField
          form={form}
          name="tables"
          label="Tables"
          hint="One per line: database.table, followed by send or receive for one way only."
        />
        <TextField form={form} name="shard" label="Shard" isNumber hint="0 to 65535. Left empty: no sharding." />
        <TextField
          form={form}
          name="startTime"
          label="Only changes since"
          placeholder="2026-01-31T08:30:00Z"
          hint="Left empty: all changes."
        />
        <TextField
          form={form}
          name="revoked"
          label="Revoked certificates"
          hint="Serial numbers with spaces between them."
        />
        <SelectField
          form={form}
          name="verifyTls"
          label="Its certificate"
          options={[
            ['', 'As Harper does by default'],
            ['yes', 'Is verified'],
            ['no', 'Is not verified'],
          ]}
        />
      </div>
    </details>
  );
}

const INSIDE = ['scope', 'tables', 'shard', 'startTime', 'revoked', 'verifyTls'];

/** The login for a node, which is let go of once it was sent. */
export function LoginFields({ form, hint }: { readonly form: FormState; readonly hint: string }) {
  return (
    <fieldset class="fields">
      <legend>Login for the node</legend>
      <p class="hint">{hint} It is kept in memory only, until the change is sent.</p>
      <TextField form={form} name="username" label="User name there" />
      <TextField form={form} name="password" label="Password there" type="password" />
      <CheckField form={form} name="retain" label="Have Harper store it, in clear text, for later connections" />
    </fieldset>
  );
}

interface AskedNodeProps {
  readonly form: FormState;
  /** Not this one. */
  readonly but?: string;
}

/** Which node a change is sent to. */
export function AskedNode({ form, but }: AskedNodeProps) {
  const { cluster } = useApp();
  const names = (cluster.cluster.value?.nodes ?? [])
    .filter(({ state, name }) => state === 'UP' && name !== but)
    .map(({ name }) => name);
  const first = but === undefined ? [['', 'The preferred one that answers'] as const] : [];
  return (
    <SelectField
      form={form}
      name="node"
      label="Node that is asked for it"
      options={[...first, ...names.map((name) => [name, name] as const)]}
    />
  );
}
