import { exactMilliseconds, milliseconds } from '../format.ts';
import { NotKnown } from './time.tsx';

/** A time span, rounded for people and exact on hover. */
export function Milliseconds({ value, none }: { readonly value: number | null | undefined; readonly none?: string }) {
  if (value === null || value === undefined) return <NotKnown {...(none !== undefined && { why: none })} />;
  return <span title={exactMilliseconds(value)}>{milliseconds(value)}</span>;
}
