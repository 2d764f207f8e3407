import type { NodeInput } from '../graphql/graphql.ts';
import { draftOf, type Fault, type Fields, readPeer } from './peer-fields.ts';
import { nameOfInput } from './wanted.ts';

/** One row of the wanted set, with what its fields begin with. */
export interface WantedRow {
  readonly id: string;
  readonly values: Fields;
}

/** The fields of one row of a form that has all of them. */
function fieldsIn(id: string, fields: Fields): Fields {
  const prefix = `${id}.`;
  return new Map(
    [...fields].flatMap(([name, value]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [])),
  );
}

/** What is typed in each row, without logins. */
export function draftOfRows(rows: readonly WantedRow[], fields: Fields): Fields[] {
  return rows.map(({ id }) => draftOf(fieldsIn(id, fields)));
}

export interface ReadWanted {
  readonly connections: readonly NodeInput[];
  readonly faults: readonly Fault[];
}

/** Reads the whole wanted set. A login of a pasted set that no field shows comes from the row itself. */
export function readWanted(rows: readonly WantedRow[], fields: Fields): ReadWanted {
  const faults: Fault[] = [];
  const seen = new Set<string>();
  const connections = rows.map(({ id, values }) => {
    const typed = fieldsIn(id, fields);
    const header = typed.get('username') ? '' : (values.get('header') ?? '');
    const { input, faults: own } = readPeer(new Map([...typed, ['header', header]]));
    faults.push(...own.map(({ field, message }) => ({ field: `${id}.${field}`, message })));
    const name = nameOfInput(input);
    if (name !== '' && seen.has(name)) faults.push({ field: `${id}.hostname`, message: 'It is in the set already.' });
    seen.add(name);
    return input;
  });
  return { connections, faults };
}
