import { type Signal, useSignal } from '@preact/signals';
import { Component } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { milliseconds, shortened, withoutTurns } from '../format.ts';
import { endsOf } from '../model/cluster.ts';
import { directionText } from '../model/direction-text.ts';
import { type Direction, directionWord, type LookUpDirection } from '../model/directions.ts';
import { formatHash } from '../model/route.ts';
import type { StateWord } from '../model/words.ts';
import { ToneIcon } from './icon.tsx';
import { moveInTable, stopAt } from './matrix-keys.ts';
import { NameText } from './names.tsx';
import { Pure } from './pure.ts';
import { useInSteps } from './use-in-steps.ts';

interface MatrixTableProps {
  readonly nodes: readonly { readonly name: string; readonly state: StateWord }[];
  readonly lookUp: LookUpDirection;
}

/** With more nodes, a cell holds a symbol only; its figure is shown on hover and focus. */
const MOST_WITH_FIGURES = 12;
const MOST_OF_NAME = 24;
/** How many rows of a large table are rendered in one frame (bench/console.ts). */
const ROWS_OF_FRAME = 10;

type Pointed = readonly [row: string, column: string] | undefined;

/** Nodes by nodes: what each row sees of each column. It is one stop of the Tab key, with arrow keys inside. */
export function MatrixTable({ nodes, lookUp }: MatrixTableProps) {
  const table = useRef<HTMLTableElement>(null);
  const pointed = useSignal<Pointed>(undefined);
  const isDense = nodes.length > MOST_WITH_FIGURES;
  const namesKey = JSON.stringify(nodes.map(({ name }) => name));
  const columns = useMemo(() => nodes.map(({ name }) => name), [namesKey]);
  const lookUps = useInSteps(lookUp, { key: columns, parts: columns.length, step: ROWS_OF_FRAME });
  useEffect(() => {
    if (table.current && table.current.querySelector('a[tabindex="0"]') === null)
      stopAt(table.current, table.current.querySelector('td a'));
  });
  const point = (event: Event) => {
    const cell = event.target instanceof Element ? event.target.closest('td') : null;
    const { row, column } = cell?.dataset ?? {};
    pointed.value = row !== undefined && column !== undefined ? [row, column] : undefined;
  };
  return (
    <>
      <div class="matrix-box">
        <table
          class="matrix"
          ref={table}
          {...(isDense && { 'data-dense': true })}
          onPointerOver={point}
          onFocusIn={(event) => {
            point(event);
            if (event.target instanceof HTMLElement) stopAt(event.currentTarget, event.target);
          }}
          onKeyDown={(event) => moveInTable(event.currentTarget, event)}
        >
          <caption class="hidden">What each node, by row, sees of each other, by column</caption>
          <thead>
            <tr>
              <td class="corner">row sees column</td>
              {nodes.map((node) => (
                <Head key={node.name} scope="col" {...node} />
              ))}
            </tr>
          </thead>
          <tbody>
            {nodes.map(({ name, state }, index) => (
              <Row
                key={name}
                name={name}
                state={state}
                columns={columns}
                lookUp={lookUps[index] ?? lookUp}
                isDense={isDense}
              />
            ))}
          </tbody>
        </table>
      </div>
      <Readout pointed={pointed} lookUp={lookUp} />
    </>
  );
}

interface HeadProps {
  readonly name: string;
  readonly state: StateWord;
  readonly scope: 'col' | 'row';
}

function Head({ name, state, scope }: HeadProps) {
  return (
    <th scope={scope} data-tone={state.tone} title={`${name}: ${state.word}`}>
      <a href={formatHash(['nodes', name])} tabIndex={-1}>
        {state.tone !== 'ok' && (
          <>
            <ToneIcon tone={state.tone} />
            <span class="hidden">{state.word}: </span>
          </>
        )}
        <bdi>{shortened(withoutTurns(name), MOST_OF_NAME)}</bdi>
      </a>
    </th>
  );
}

interface RowProps {
  readonly name: string;
  readonly state: StateWord;
  readonly columns: readonly string[];
  readonly lookUp: LookUpDirection;
  readonly isDense: boolean;
}

class Row extends Pure<RowProps> {
  override render() {
    const { name, state, columns, lookUp, isDense } = this.props;
    return (
      <tr>
        <Head scope="row" name={name} state={state} />
        {columns.map((column) =>
          column === name ? (
            <td key={column} class="self">
              <span class="hidden">itself</span>
            </td>
          ) : (
            <Cell key={column} row={name} column={column} direction={lookUp(name, column)} isDense={isDense} />
          ),
        )}
      </tr>
    );
  }
}

interface CellProps {
  readonly row: string;
  readonly column: string;
  readonly direction: Direction;
  readonly isDense: boolean;
}

/** It is rendered again only when something that it shows has changed: there are thousands, and figures never rest. */
class Cell extends Component<CellProps> {
  override shouldComponentUpdate({ direction, isDense, row, column }: CellProps): boolean {
    const before = this.props;
    return (
      direction.kind !== before.direction.kind ||
      (!isDense && direction.latency !== before.direction.latency) ||
      direction.database !== before.direction.database ||
      direction.links !== before.direction.links ||
      isDense !== before.isDense ||
      row !== before.row ||
      column !== before.column
    );
  }

  override render() {
    const { row, column, direction, isDense } = this.props;
    const { symbol, tone } = directionWord(direction.kind);
    return (
      <td data-tone={tone} data-kind={direction.kind} data-row={row} data-column={column}>
        <a
          href={formatHash(['links', ...endsOf({ nodes: [row, column] })])}
          tabIndex={-1}
          // A hidden element in each of thousands of cells would take most of the time of a frame.
          aria-label={directionText(isDense ? { ...direction, latency: undefined } : direction)}
        >
          <span class="symbol">{symbol}</span>
          {!isDense && direction.kind === 'ok' && direction.latency !== undefined && (
            <span class="latency">{milliseconds(direction.latency)}</span>
          )}
          {!isDense && direction.kind !== 'ok' && <span class="word">{directionWord(direction.kind).word}</span>}
        </a>
      </td>
    );
  }
}

interface ReadoutProps {
  readonly pointed: Signal<Pointed>;
  readonly lookUp: LookUpDirection;
}

/** What the cell under the mouse, or with the focus, says exactly. */
function Readout({ pointed, lookUp }: ReadoutProps) {
  if (pointed.value === undefined)
    return <p class="readout muted">Point at a cell, or move to it with the arrow keys, to see its exact figures.</p>;
  const [row, column] = pointed.value;
  const direction = lookUp(row, column);
  return (
    <p class="readout" data-tone={directionWord(direction.kind).tone}>
      <strong>
        <NameText name={row} /> sees <NameText name={column} />:
      </strong>{' '}
      {directionText(direction, true)}
    </p>
  );
}
