import { Component } from 'preact';
import { exactTime } from '../format.ts';
import type { LastError, NodeRow } from '../model/node-rows.ts';
import { Badge } from './badge.tsx';
import { Milliseconds } from './figure.tsx';
import { MessageText, NodeLink } from './names.tsx';
import { Age, NotKnown, Since } from './time.tsx';

interface NodeRowProps {
  readonly row: NodeRow;
}

/** One row of the table of nodes. It is rendered again only when something in it has changed. */
export class NodeRowView extends Component<NodeRowProps> {
  override shouldComponentUpdate({ row }: NodeRowProps): boolean {
    return JSON.stringify(row) !== JSON.stringify(this.props.row);
  }

  override render() {
    const { row } = this.props;
    const { name, state, isMember, since, reason, version, databases, links, lag, lastError } = row;
    return (
      <tr data-tone={state.tone}>
        <th scope="row">
          <NodeLink name={name} />
          {!isMember && <span class="muted"> no member</span>}
        </th>
        <td data-label="State">
          <Badge state={state} />
          {reason !== undefined && (
            <p class="reason" title={reason}>
              <MessageText text={reason} />
            </p>
          )}
        </td>
        <td data-label="Since">
          <Since at={since} />
        </td>
        <td data-label="Version">{version === undefined ? <NotKnown /> : <bdi>{version}</bdi>}</td>
        <td data-label="Databases">
          <span title={databases.join(', ')}>{databases.length}</span>
        </td>
        <td data-label="Links">
          <span {...(links.part < links.all && { 'data-tone': 'warn' })} class="share">
            {links.part} of {links.all}
          </span>
        </td>
        <td data-label="Lag">
          <Milliseconds value={lag} none="nothing received yet" />
        </td>
        <td data-label="Last error">
          <LastErrorText error={lastError} />
        </td>
      </tr>
    );
  }
}

export function LastErrorText({ error }: { readonly error: LastError | undefined }) {
  if (error === undefined) return <NotKnown why="none known" />;
  const { at, code } = error;
  const what = code === undefined ? 'failed' : `code ${code}`;
  if (at === undefined) return <>{what}</>;
  return (
    <span title={exactTime(at)}>
      {what}, <Age at={at} /> ago
    </span>
  );
}
