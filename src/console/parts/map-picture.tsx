import { useMemo } from 'preact/hooks';
import { shortened, withoutTurns } from '../format.ts';
import type { PairState } from '../model/directions.ts';
import type { MapLayout, PlacedNode } from '../model/map-layout.ts';
import { type Drawing, type MapLine, type Rift, towards } from '../model/map-lines.ts';
import { formatHash } from '../model/route.ts';
import type { StateWord } from '../model/words.ts';
import { TonePath } from './icon.tsx';
import { Pure } from './pure.ts';
import { useInSteps } from './use-in-steps.ts';

interface MapPictureProps {
  readonly layout: MapLayout;
  readonly drawing: Drawing;
  readonly stateOf: (name: string) => StateWord;
}

const MOST_OF_NAME = 18;
/** Of how many nodes the lines are rendered in one frame (bench/console.ts). */
const NODES_OF_FRAME = 10;
const NONE: readonly MapLine[] = [];
/** With more lines that are not well, signs would hide them: those that are down are the solid ones then. */
const MOST_SIGNS = 100;

/** Nodes and links as a picture. Nodes lead to their pages; lines are told by the list beside the picture. */
export function MapPicture({ layout, drawing, stateOf }: MapPictureProps) {
  const { width, height, nodes, groups, isDense } = layout;
  const lines = useMemo(() => Map.groupBy(drawing.lines, ({ pair }) => partOf(pair)), [drawing]);
  const parts = [WELL, ...nodes.keys()];
  const isCrowded = drawing.lines.filter(({ pair }) => pair.kind !== 'ok').length > MOST_SIGNS;
  const shown = useInSteps(lines, { key: layout, parts: parts.length, step: NODES_OF_FRAME });
  return (
    <section class="map-box" aria-label="Map of the cluster">
      <svg
        class="map"
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        {...(isDense && { 'data-dense': true })}
        {...(isCrowded && { 'data-crowded': true })}
      >
        <title>Nodes and links</title>
        <g>
          {groups.map(
            ({ x, y, radius, names }, index) =>
              names.length > 2 && <circle key={index} class="island" cx={x} cy={y} r={radius} />,
          )}
          {parts.map((part, index) => (
            <Lines key={part} lines={shown[index]?.get(part) ?? NONE} hasSigns={!isCrowded} />
          ))}
          {drawing.rifts.map((rift) => (
            <RiftLine key={rift.key} rift={rift} />
          ))}
        </g>
        {[...nodes.values()].map((node) => (
          <Node key={node.name} node={node} state={stateOf(node.name)} isDense={isDense} />
        ))}
      </svg>
    </section>
  );
}

/** The part of the lines that are well, over which the others are drawn; no node has that name. */
const WELL = '';

/** The others are in the part of the node whose name comes first. */
const partOf = ({ kind, ends }: PairState) => (kind === 'ok' ? WELL : ends[0]);

/** The lines of one part. */
class Lines extends Pure<{ readonly lines: readonly MapLine[]; readonly hasSigns: boolean }> {
  override render() {
    const { lines, hasSigns } = this.props;
    return lines.map((line) => <Line key={line.key} line={line} hasSign={hasSigns} />);
  }
}

/** Where the sign of a line is, so that those of crossing lines are not all in the middle. */
const SIGN_PLACE = 0.38;

function Line({ line: { pair, from, to }, hasSign }: { readonly line: MapLine; readonly hasSign: boolean }) {
  const at = { x: from.x + (to.x - from.x) * SIGN_PLACE, y: from.y + (to.y - from.y) * SIGN_PLACE };
  return (
    <g class="line" data-kind={pair.kind}>
      <line x1={from.x} y1={from.y} x2={to.x} y2={to.y} />
      {pair.receiver !== undefined && <ArrowHead from={from} to={to} />}
      {pair.kind === 'down' && hasSign && <Cross {...at} />}
    </g>
  );
}

/** It is drawn, since a screen reader would read out a letter. */
function Cross({ x, y }: { readonly x: number; readonly y: number }) {
  return (
    <g transform={`translate(${x} ${y})`}>
      <circle class="cross-ground" r={8} />
      <path class="cross" d="M-4-4L4 4M4-4L-4 4" />
    </g>
  );
}

function ArrowHead({ from, to }: Pick<MapLine, 'from' | 'to'>) {
  const base = towards(to, from, 13);
  const [dx, dy] = [((to.x - base.x) / 13) * 6, ((to.y - base.y) / 13) * 6];
  return <path class="arrow" d={`M${to.x} ${to.y}L${base.x - dy} ${base.y + dx}L${base.x + dy} ${base.y - dx}z`} />;
}

function RiftLine({ rift: { from, to } }: { readonly rift: Rift }) {
  return (
    <g class="line rift" data-kind="down">
      <line x1={from.x} y1={from.y} x2={to.x} y2={to.y} />
      <Cross x={(from.x + to.x) / 2} y={(from.y + to.y) / 2} />
    </g>
  );
}

interface NodeProps {
  readonly node: PlacedNode;
  readonly state: StateWord;
  readonly isDense: boolean;
}

function Node({ node: { name, x, y, angle }, state, isDense }: NodeProps) {
  const isLeft = angle > 90 && angle <= 270;
  const radial = { transform: `rotate(${isLeft ? angle + 180 : angle})`, x: isLeft ? -15 : 15, y: 0 };
  const label = shortened(withoutTurns(name), MOST_OF_NAME);
  return (
    <a class="map-node" href={formatHash(['nodes', name])} data-tone={state.tone}>
      <title>{`${name}: ${state.word}`}</title>
      <g transform={`translate(${x} ${y})`}>
        <circle r={isDense ? 9 : 15} />
        <g class="node-sign" transform={isDense ? 'scale(0.7) translate(-8 -8)' : 'translate(-8 -8)'}>
          <TonePath tone={state.tone} />
        </g>
        {isDense ? (
          <text class="node-name" {...radial} text-anchor={isLeft ? 'end' : 'start'}>
            {label}
          </text>
        ) : (
          <>
            <text class="node-name" y={29} text-anchor="middle">
              {label}
            </text>
            <text class="node-state" y={44} text-anchor="middle">
              {state.word}
            </text>
          </>
        )}
      </g>
    </a>
  );
}
