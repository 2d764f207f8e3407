import { useMemo, useRef, useState } from 'preact/hooks';
import { byName } from '../model/cluster.ts';
import { type Fields, fieldsOf, type Peer } from '../model/peer-fields.ts';
import { draftOfRows, readWanted, type WantedRow } from '../model/wanted-rows.ts';
import { createPeers } from '../state/changing.ts';
import { proposeConfigure } from '../state/proposals.ts';
import { useApp, useHeld } from './app-context.ts';
import { ChangeForm, type Read } from './change-form.tsx';
import { NameText } from './names.tsx';
import { Failure, Loading } from './notice.tsx';
import { WantedJson } from './wanted-json.tsx';
import { WantedTable } from './wanted-table.tsx';

/** Makes the peers of a node the wanted ones. */
export function ConfigureForm() {
  const app = useApp();
  const peers = useMemo(() => createPeers(app, undefined), [app]);
  useHeld(peers);
  const { value } = peers.data;
  if (value === undefined) {
    if (peers.error.value !== undefined)
      return <Failure title="The peers could not be asked." error={peers.error.value} />;
    return <Loading what="Asking for the peers …" />;
  }
  return <KnownForm node={value.nodeName} peers={value.connections} />;
}

function KnownForm({ node, peers }: { readonly node: string; readonly peers: readonly Peer[] }) {
  const { session, changing } = useApp();
  const nextId = useRef(0);
  const toRow = (values: Fields): WantedRow => {
    nextId.current += 1;
    return { id: `row-${nextId.current}`, values };
  };
  const [asked] = useState(node);
  const [rows, setRows] = useState<readonly WantedRow[]>(() =>
    (changing.draft(node) ?? peers.toSorted((a, b) => byName(a.name, b.name)).map(fieldsOf)).map(toRow),
  );

  function read(fields: Fields): Read {
    changing.keepDraft(draftOfRows(rows, fields), asked);
    const { connections, faults } = readWanted(rows, fields);
    if (faults.length > 0) return { faults };
    const prefixes = rows.map(({ id }) => `${id}.`);
    return { proposal: proposeConfigure(session, { connections, rows: prefixes, node: asked }) };
  }

  return (
    <ChangeForm read={read}>
      {(faults) => (
        <>
          <p>
            The whole wanted set of peers of <NameText name={asked} />. Peers that are not in it are removed.
          </p>
          <WantedTable rows={rows} faults={faults} onRemove={(id) => setRows(rows.filter((row) => row.id !== id))} />
          {/* Another node may be the preferred one by now, and has other peers. */}
          {node === asked && (
            <Missing peers={peers} rows={rows} onKeep={(peer) => setRows([...rows, toRow(fieldsOf(peer))])} />
          )}
          <div class="actions">
            <button type="button" onClick={() => setRows([...rows, toRow(new Map())])}>
              Add a row
            </button>
          </div>
          <WantedJson onRead={(read) => setRows(read.map(toRow))} />
        </>
      )}
    </ChangeForm>
  );
}

interface MissingProps {
  readonly peers: readonly Peer[];
  readonly rows: readonly WantedRow[];
  readonly onKeep: (peer: Peer) => void;
}

/** Peers of now that no row began with: somebody has left them out, or they were added meanwhile. */
function Missing({ peers, rows, onKeep }: MissingProps) {
  const names = new Set(rows.map(({ values }) => values.get('hostname')));
  const missing = peers.filter(({ name }) => !names.has(name));
  if (missing.length === 0) return null;
  return (
    <div>
      <p>Peers of now that are not in the set, and would be removed:</p>
      <ul class="choices">
        {missing.map((peer) => (
          <li key={peer.name}>
            <NameText name={peer.name} />{' '}
            <button type="button" onClick={() => onKeep(peer)}>
              Keep <span class="hidden">{peer.name}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
