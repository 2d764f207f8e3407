import { useMemo, useState } from 'preact/hooks';
import { type Fields, fieldsOf, readUpdate } from '../model/peer-fields.ts';
import { readWait } from '../model/wait-field.ts';
import { createPeers } from '../state/changing.ts';
import { proposeUpdate } from '../state/proposals.ts';
import { WaitField } from './add-form.tsx';
import { useApp, useHeld } from './app-context.ts';
import { ChangeForm, type Read } from './change-form.tsx';
import { TextField } from './field.tsx';
import { NameText } from './names.tsx';
import { Failure, Loading, Notice } from './notice.tsx';
import { LoginFields, PeerSettings } from './peer-settings.tsx';

/** Changes how the cluster replicates with a node. What is not touched stays as it is. */
export function UpdateForm({ name }: { readonly name: string }) {
  const app = useApp();
  // Once: with another one the form would be made anew, and what is typed would be gone.
  const [other] = useState(() => otherNode(app.cluster.cluster.peek()?.nodes ?? [], name));
  const peers = useMemo(() => createPeers(app, other), [app, other]);
  useHeld(peers);
  const { value } = peers.data;
  if (value === undefined) {
    if (peers.error.value !== undefined) return <Failure title="It could not be asked." error={peers.error.value} />;
    return <Loading what="Asking how it is …" />;
  }
  const peer = value.connections.find((each) => each.name === name);
  if (peer === undefined)
    return (
      <Notice
        tone="warn"
        title={
          <>
            <NameText name={value.nodeName} /> does not list <NameText name={name} />.
          </>
        }
      >
        <p>
          <a href="#/changes/add">Add it</a> instead.
        </p>
      </Notice>
    );
  return <KnownForm node={value.nodeName} before={fieldsOf(peer)} />;
}

/** A node that can be asked about another one; undefined where there is none. */
export function otherNode(
  nodes: readonly { readonly name: string; readonly state: string }[],
  name: string,
): string | undefined {
  return nodes.find((each) => each.state === 'UP' && each.name !== name)?.name;
}

function KnownForm({ node, before }: { readonly node: string; readonly before: Fields }) {
  const { session, changing } = useApp();
  // What it was when the form was opened: what changes meanwhile is a conflict, and no change of this form.
  const first = useMemo(() => before, [node, before.get('hostname')]);
  const values = changing.draft()?.[0] ?? new Map([...first, ['wait', '10']]);

  function read(fields: Fields): Read {
    const wait = readWait(fields);
    const changes = new Map([...fields].filter(([field]) => field !== 'wait'));
    const { input, faults } = readUpdate(first, changes);
    const all = wait.fault === undefined ? faults : [...faults, wait.fault];
    if (all.length > 0) return { faults: all };
    return { proposal: proposeUpdate(session, { input, node, waitForConnected: wait.milliseconds }) };
  }

  return (
    <ChangeForm read={read}>
      {(faults) => {
        const form = { values, faults, prefix: '' };
        return (
          <>
            <p>
              As <NameText name={node} /> has it. What you do not change stays as it is.
            </p>
            <div class="fields">
              <TextField form={form} name="url" label="Replication URL" />
            </div>
            <PeerSettings form={form} isOpen />
            <LoginFields form={form} hint="Needed only where it is not connected: the node is then told again." />
            <div class="fields">
              <WaitField form={form} />
            </div>
          </>
        );
      }}
    </ChangeForm>
  );
}
