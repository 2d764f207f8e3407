import { ClusterChangesDocument } from '../graphql/graphql.ts';
import { firstCopyOf } from '../model/first-copy.ts';
import type { Began } from '../state/change-flow.ts';
import { useApp } from './app-context.ts';
import { Badge } from './badge.tsx';
import { ChangeList } from './change-list.tsx';
import { MessageText, NameList, NameText } from './names.tsx';
import { Empty, Notice } from './notice.tsx';
import { Section } from './page.tsx';
import { Age } from './time.tsx';

/** A change that is being made, with what becomes of the cluster meanwhile. */
export function Running({ began, isSent }: { readonly began: Began; readonly isSent: boolean }) {
  return (
    <div role="status">
      <Notice tone="info" title="The change is being made." icon="clock">
        <p>
          For <Age at={began.at} /> so far.{' '}
          {isSent
            ? 'It was sent once and goes on also when this page is closed. What comes of it is shown here.'
            : 'Nothing is sent before it is certain that the plan is still right.'}
        </p>
      </Notice>
    </div>
  );
}

/** What has become of the cluster since a change began. */
export function SinceThen({ began }: { readonly began: Began }) {
  const { changes } = useApp();
  const all = changes.entries.value;
  const end = all.findIndex((entry) => entry.kind === 'change' && entry.change.cursor === began.cursor);
  const shown = all.slice(0, end < 0 ? all.length : end);
  return (
    <Section title="In the cluster since then" asked={{ document: ClusterChangesDocument }}>
      {shown.length === 0 ? (
        <Empty>No node and no link has changed its state so far.</Empty>
      ) : (
        <ChangeList entries={shown} />
      )}
    </Section>
  );
}

/** Reasons that are shown per database; the page of the node has all. */
const MOST_REASONS = 3;

/** What a node that is added has got so far, per database. */
export function FirstCopy({ name }: { readonly name: string }) {
  const { cluster } = useApp();
  const whole = cluster.cluster.value;
  const copies = whole === undefined ? [] : firstCopyOf(whole, name);
  return (
    <Section title="First copy and connections">
      {copies.length === 0 ? (
        <Empty>
          <NameText name={name} /> has no connection yet.
        </Empty>
      ) : (
        <table class="table copies">
          <thead>
            <tr>
              <th scope="col">Database</th>
              <th scope="col">State</th>
              <th scope="col">Links</th>
              <th scope="col">Copies with</th>
            </tr>
          </thead>
          <tbody>
            {copies.map(({ database, state, connected, all, copying, reasons }) => (
              <tr key={database} data-tone={state.tone}>
                <th scope="row">
                  <NameText name={database} />
                </th>
                <td data-label="State">
                  <Badge state={state} />
                  {reasons.slice(0, MOST_REASONS).map((reason) => (
                    <p key={reason} class="reason">
                      <MessageText text={reason} />
                    </p>
                  ))}
                </td>
                <td data-label="Links">
                  {connected} of {all} connected
                </td>
                <td data-label="Copies with">
                  {copying.length === 0 ? <span class="muted">none</span> : <NameList names={copying} />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
