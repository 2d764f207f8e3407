import type { Fault, Fields } from './peer-fields.ts';

const MOST_S = 60;

/** Reads how long a change waits until the node is connected. */
export function readWait(fields: Fields): { readonly milliseconds: number; readonly fault: Fault | undefined } {
  const text = fields.get('wait')?.trim() || '0';
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds >= 0 && seconds <= MOST_S)
    return { milliseconds: Math.round(seconds * 1000), fault: undefined };
  return { milliseconds: 0, fault: { field: 'wait', message: 'A number of seconds from 0 to 60.' } };
}
