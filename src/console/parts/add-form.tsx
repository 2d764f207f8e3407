import type { Fields } from '../model/peer-fields.ts';
import { readPeer } from '../model/peer-fields.ts';
import { readWait } from '../model/wait-field.ts';
import { proposeAdd } from '../state/proposals.ts';
import { useApp } from './app-context.ts';
import { ChangeForm, type Read } from './change-form.tsx';
import { TextField } from './field.tsx';
import { AskedNode, LoginFields, PeerSettings } from './peer-settings.tsx';

const FIRST: Fields = new Map([['wait', '10']]);

/** Adds a node to the cluster. */
export function AddForm() {
  const { session, changing } = useApp();
  const values = changing.draft()?.[0] ?? FIRST;

  function read(fields: Fields): Read {
    const { input, faults } = readPeer(fields);
    const wait = readWait(fields);
    const all = wait.fault === undefined ? faults : [...faults, wait.fault];
    if (all.length > 0) return { faults: all };
    const node = fields.get('node') || undefined;
    return { proposal: proposeAdd(session, { input, node, waitForConnected: wait.milliseconds }) };
  }

  return (
    <ChangeForm read={read}>
      {(faults) => {
        const form = { values, faults, prefix: '' };
        return (
          <>
            <div class="fields">
              <TextField form={form} name="hostname" label="Host name" hint="It becomes the name of the node." />
              <TextField
                form={form}
                name="url"
                label="Replication URL"
                placeholder="ws://node-4:9933"
                hint="Left empty: made of the host name and the port of the node that is asked."
              />
            </div>
            <LoginFields form={form} hint="That of a super user there. It is needed once." />
            <PeerSettings form={form} />
            <div class="fields">
              <AskedNode form={form} />
              <WaitField form={form} />
            </div>
          </>
        );
      }}
    </ChangeForm>
  );
}

/** How long the change waits for the connection. */
export function WaitField({ form }: Pick<Parameters<typeof TextField>[0], 'form'>) {
  return (
    <TextField
      form={form}
      name="wait"
      label="Seconds to wait until it is connected"
      isNumber
      hint="0 to 60. What is not connected by then is reported as a warning."
    />
  );
}
