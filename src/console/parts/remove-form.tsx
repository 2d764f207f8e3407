import type { Fault, Fields } from '../model/peer-fields.ts';
import { proposeRemove } from '../state/proposals.ts';
import { useApp } from './app-context.ts';
import { ChangeForm, type Read } from './change-form.tsx';
import { CheckField } from './field.tsx';
import { NameText } from './names.tsx';
import { Notice } from './notice.tsx';
import { AskedNode } from './peer-settings.tsx';
import { otherNode } from './update-form.tsx';

/** Removes a node, at other nodes as well where that is wanted. */
export function RemoveForm({ name }: { readonly name: string }) {
  const { session, changing, cluster } = useApp();
  const values: Fields = changing.draft()?.[0] ?? new Map();
  const nodes = cluster.cluster.value?.nodes ?? [];
  // Harper 5 is not asked to: the others would obey what a removed node tells them.
  const isFive = Number.parseInt(nodes.find((each) => each.name === name)?.version ?? '', 10) >= 5;
  const offered = nodes.filter((each) => each.state === 'UP' && !(isFive && each.name === name));
  const first = otherNode(nodes, name);
  if (first === undefined) return <Notice tone="bad" title="No other node can be asked to remove it." />;

  function read(fields: Fields): Read {
    const node = fields.get('node') || first;
    const alsoAt = [...fields]
      .filter(([field, value]) => field.startsWith('at.') && value === 'on')
      .map(([field]) => field.slice('at.'.length))
      .filter((at) => at !== node);
    return { proposal: proposeRemove(session, { hostname: name, node, alsoAt }) };
  }

  return (
    <ChangeForm read={read}>
      {(faults) => {
        const form = { values, faults, prefix: '' };
        return (
          <>
            <div class="fields">
              <AskedNode form={form} but={name} />
            </div>
            <fieldset class="fields">
              <legend>Remove it at these as well</legend>
              <p class="hint">
                Others learn of it by themselves when they are connected. One that was not told goes on listing it.{' '}
                <AtItself name={name} isFive={isFive} />
              </p>
              {offered.map(({ name: at }) => (
                <CheckField key={at} form={form} name={`at.${at}`} label={<NameText name={at} />} />
              ))}
              <AlsoAtFault faults={faults} />
            </fieldset>
          </>
        );
      }}
    </ChangeForm>
  );
}

function AtItself({ name, isFive }: { readonly name: string; readonly isFive: boolean }) {
  if (!isFive)
    return (
      <>
        At <NameText name={name} /> itself its peers are removed.
      </>
    );
  return (
    <>
      <NameText name={name} /> itself is Harper 5, which keeps its peers: shut it down once it is removed.
    </>
  );
}

function AlsoAtFault({ faults }: { readonly faults: readonly Fault[] }) {
  const fault = faults.find(({ field }) => field === 'alsoAt');
  return fault === undefined ? null : (
    <p class="fault" role="alert">
      {fault.message}
    </p>
  );
}
