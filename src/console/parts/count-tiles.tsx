import type { ComponentChildren } from 'preact';
import { integer } from '../format.ts';
import type { Share } from '../model/summary.ts';
import type { Tone } from '../model/words.ts';
import { useApp } from './app-context.ts';

/** What there is, and how much of it is well. */
export function CountTiles() {
  const { cluster } = useApp();
  const counts = cluster.counts.value;
  if (counts === undefined) return null;
  const { nodes, unasked, links, databases, islands, disagreements } = counts;
  return (
    <dl class="tiles">
      <Tile name="Nodes up" tone={toneOf(nodes, nodes.part + unasked < nodes.all ? 'bad' : 'warn')}>
        <ShareText share={nodes} />
      </Tile>
      <Tile name="Links connected" tone={toneOf(links, 'warn')}>
        <ShareText share={links} />
      </Tile>
      <Tile name="Databases">{integer(databases)}</Tile>
      <Tile name="Islands" tone={islands > 1 ? 'bad' : 'off'}>
        {integer(islands)}
      </Tile>
      <Tile name="Disagreements" tone={disagreements > 0 ? 'warn' : 'off'}>
        {integer(disagreements)}
      </Tile>
    </dl>
  );
}

function toneOf({ part, all }: Share, worse: Tone): Tone {
  return part === all ? 'off' : worse;
}

interface TileProps {
  readonly name: string;
  readonly tone?: Tone;
  readonly children: ComponentChildren;
}

function Tile({ name, tone = 'off', children }: TileProps) {
  return (
    <div class="tile" data-tone={tone}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function ShareText({ share: { part, all } }: { readonly share: Share }) {
  return (
    <>
      {integer(part)}
      <span class="of"> of {integer(all)}</span>
    </>
  );
}
