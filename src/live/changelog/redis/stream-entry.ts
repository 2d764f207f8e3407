import type { StoredChange } from '../store.ts';

/** An entry of a stream, as Redis answers: its id, and names and values in turn. */
export type StreamEntry = readonly [id: string, fields: readonly string[]];

/** The fields of a change, in the order in which they are written (scripts.ts). */
export function textsOf({ at, kind, nodes, databases, text }: StoredChange): string[] {
  return [String(at), kind, JSON.stringify(nodes), JSON.stringify(databases), text];
}

/** The change of an entry. */
export function fieldsOf([id, fields]: StreamEntry): StoredChange {
  const [, at, , kind = '', , nodes = '[]', , databases = '[]', , text = ''] = fields;
  return {
    position: Number.parseInt(id, 10),
    at: Number(at),
    kind,
    nodes: JSON.parse(nodes) as string[],
    databases: JSON.parse(databases) as string[],
    text,
  };
}
