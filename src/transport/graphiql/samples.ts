import { mutations } from './samples/mutations.ts';
import { READS } from './samples/reads.ts';
import type { Sample } from './samples/sample.ts';

/**
 * Sample documents for every operation of the schema. A test runs each against the sandbox.
 * @param spareNode a node to add and remove
 */
export const samples = (spareNode: string): readonly Sample[] => [...READS, ...mutations(spareNode)];
