/** Columns and rows to move by. */
const STEPS: ReadonlyMap<string, readonly [columns: number, rows: number]> = new Map([
  ['ArrowLeft', [-1, 0]],
  ['ArrowRight', [1, 0]],
  ['ArrowUp', [0, -1]],
  ['ArrowDown', [0, 1]],
]);

/** Moves the focus from link to link of a table by arrow keys, and to the ends of a row by Home and End. */
export function moveInTable(table: HTMLTableElement, event: KeyboardEvent): void {
  const cell = event.target instanceof Element ? event.target.closest('td, th') : null;
  if (!(cell instanceof HTMLTableCellElement) || event.altKey || event.metaKey) return;
  const next = nextLink(table, cell, event.key);
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

function nextLink(table: HTMLTableElement, cell: HTMLTableCellElement, key: string): HTMLElement | undefined {
  const row = (cell.parentElement as HTMLTableRowElement).rowIndex;
  const cells = [...(table.rows[row]?.cells ?? [])];
  if (key === 'Home') return cells.flatMap((each) => linkIn(each) ?? [])[0];
  if (key === 'End') return cells.flatMap((each) => linkIn(each) ?? []).at(-1);
  const [columns, rows] = STEPS.get(key) ?? [0, 0];
  if (columns === 0 && rows === 0) return undefined;
  let place = { row: row + rows, column: cell.cellIndex + columns };
  for (;;) {
    const next = table.rows[place.row]?.cells[place.column];
    if (next === undefined) return undefined;
    const link = linkIn(next);
    if (link !== undefined) return link;
    // A node and itself have no link.
    place = { row: place.row + rows, column: place.column + columns };
  }
}

function linkIn(cell: Element): HTMLElement | undefined {
  return cell.querySelector<HTMLElement>('a') ?? undefined;
}

/** Makes one link of a table the one that the Tab key stops at. */
export function stopAt(table: HTMLTableElement, link: HTMLElement | null): void {
  for (const other of table.querySelectorAll<HTMLElement>('a[tabindex="0"]')) if (other !== link) other.tabIndex = -1;
  if (link !== null) link.tabIndex = 0;
}
