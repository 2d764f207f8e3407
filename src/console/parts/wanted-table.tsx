import type { Fault } from '../model/peer-fields.ts';
import type { WantedRow } from '../model/wanted-rows.ts';
import { TextField } from './field.tsx';
import { Empty } from './notice.tsx';
import { LoginFields, PeerSettings } from './peer-settings.tsx';

interface WantedTableProps {
  readonly rows: readonly WantedRow[];
  readonly faults: readonly Fault[];
  readonly onRemove: (id: string) => void;
}

/** The wanted set, a node a row. */
export function WantedTable({ rows, faults, onRemove }: WantedTableProps) {
  if (rows.length === 0) return <Empty>No peers: every one that is there is removed.</Empty>;
  return (
    <ol class="wanted" aria-label="Wanted peers">
      {rows.map((row, index) => (
        <li key={row.id}>
          <Row row={row} faults={faults} place={index + 1} onRemove={() => onRemove(row.id)} />
        </li>
      ))}
    </ol>
  );
}

interface RowProps {
  readonly row: WantedRow;
  readonly faults: readonly Fault[];
  readonly place: number;
  readonly onRemove: () => void;
}

function Row({ row: { id, values }, faults, place, onRemove }: RowProps) {
  const form = { values, faults, prefix: `${id}.` };
  const hasLogin = values.get('header') || values.get('password');
  return (
    <fieldset>
      <legend class="hidden">Peer {place}</legend>
      <div class="wanted-row">
        <TextField form={form} name="hostname" label="Node" />
        <TextField form={form} name="url" label="Replication URL" />
        <button type="button" onClick={onRemove}>
          Leave out <span class="hidden">peer {place}</span>
        </button>
      </div>
      <PeerSettings form={form} />
      <details class="more" open={Boolean(hasLogin)}>
        <summary>Login for the node</summary>
        <LoginFields
          form={form}
          hint={
            values.get('header')
              ? 'An Authorization header was pasted, and counts where no user name is typed.'
              : 'Needed for a new node, for one that is made anew, and for all on Harper 4.'
          }
        />
      </details>
    </fieldset>
  );
}
