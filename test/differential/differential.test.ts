import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from './adapter.ts';
import { described } from './classify.ts';
import { createGenerator } from './documents.ts';
import { HINTS } from './hints.ts';
import { type Report, run } from './run.ts';
import { shrink } from './shrink.ts';
import { type DifferentialStack, startDifferentialStack, unknownCalls } from './stack.ts';

/** `npm run differential` asks for more, and for other seeds. */
const DOCUMENTS = 14_000;
const SEED = 20_261_124;

/** Differences after which no more are looked for, and those of them that are made small enough to be read. */
const ENOUGH = 50;
const SHOWN = 5;

describe('the gateway and graphql-js', { timeout: 60_000 + DOCUMENTS * 100 }, () => {
  let stack: DifferentialStack;
  let report: Report;

  beforeAll(async () => {
    stack = await startDifferentialStack();
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
  });

  it(`give the same answers to ${DOCUMENTS} random documents by every transport, from first to fifth use`, async () => {
    const generator = createGenerator(schema, HINTS);
    report = await run(stack, generator, { seed: SEED, documents: DOCUMENTS, mostDifferences: ENOUGH });
    const shown: string[] = [];
    for (const each of report.differences.slice(0, SHOWN)) shown.push(described(await shrink(stack, each)));
    expect(report.differences, shown.join('\n\n')).toHaveLength(0);
  });

  it('were compared by answers most of which are no errors, and Harper was only read', () => {
    expect(report.documents).toBe(DOCUMENTS);
    expect(report.answers).toBeGreaterThan(5 * DOCUMENTS);
    expect(report.requestsWithErrors).toBeLessThan(report.requests / 8);
    expect(unknownCalls(stack)).toEqual([]);
    expect(stack.product.output()).not.toContain('Unexpected error');
  });
});
