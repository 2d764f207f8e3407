import process from 'node:process';
import { parseArgs } from 'node:util';
import { schema } from '../test/differential/adapter.ts';
import { classOf, described } from '../test/differential/classify.ts';
import { createGenerator } from '../test/differential/documents.ts';
import { HINTS } from '../test/differential/hints.ts';
import { type Difference, run } from '../test/differential/run.ts';
import { shrink } from '../test/differential/shrink.ts';
import { startDifferentialStack } from '../test/differential/stack.ts';

/*
 * Compares the gateway with graphql-js by random documents, for longer than the tests do.
 *
 *     npm run differential -- [--documents 200000] [--seed N] [--from N] [--show 3] [--shrink 200]
 *       [--plain-names] [--set NAME=VALUE …]
 */

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '200000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    from: { type: 'string', default: '0' },
    /** Smallest cases that are shown of each kind of difference. */
    show: { type: 'string', default: '3' },
    /** Differences that are made smaller and sorted into kinds. */
    shrink: { type: 'string', default: '200' },
    /** Leaves out names such as __proto__, to look past the faults that these show. */
    'plain-names': { type: 'boolean', default: false },
    /** Settings of the gateway. */
    set: { type: 'string', multiple: true, default: [] },
  },
});
const settings = Object.fromEntries(values.set.map((each) => each.split(/=(.*)/s, 2) as [string, string]));
const seed = Number(values.seed);
const documents = Number(values.documents);

console.log(`${documents} documents from seed ${seed}, from number ${values.from}`);
const stack = await startDifferentialStack(settings);
// The gateway is a process of its own, which would outlive this one.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, async () => {
    await stack[Symbol.asyncDispose]();
    process.exit(1);
  });
try {
  const generator = createGenerator(schema, { ...HINTS, hasOddNames: !values['plain-names'] });
  const report = await run(stack, generator, {
    seed,
    documents,
    from: Number(values.from),
    onDone(done, differences) {
      if (done % 10_000 === 0) console.log(`${done} documents, ${differences} with differences`);
    },
  });
  const { requests, answers, requestsWithErrors, differences, seconds } = report;
  console.log(
    `${report.documents} documents, ${requests} requests (${requestsWithErrors} with errors), ${answers} answers in ` +
      `${seconds.toFixed(1)} s: ${(report.documents / seconds).toFixed(0)} documents a second`,
  );
  const { made, invalid } = generator.counts;
  console.log(`${invalid} of ${made} documents that were made were not valid and made anew`);
  console.log(`${differences.length} documents with differences`);
  await showKinds(differences);
  if (differences.length > 0) process.exitCode = 1;
} finally {
  await stack[Symbol.asyncDispose]();
}

/** Makes differences smaller, and shows how many there are of each kind. */
async function showKinds(differences: readonly Difference[]): Promise<void> {
  const options = values['plain-names'] ? ' --plain-names' : '';
  const kinds = new Map<string, Difference[]>();
  for (const difference of differences.slice(0, Number(values.shrink))) {
    const smallest = await shrink(stack, difference);
    const kind = classOf(smallest);
    kinds.set(kind, [...(kinds.get(kind) ?? []), smallest]);
  }
  for (const [kind, all] of [...kinds].sort(([, a], [, b]) => b.length - a.length)) {
    console.log(`\n${all.length} × ${kind}`);
    const shortest = all.sort((a, b) => a.case.text.length - b.case.text.length);
    for (const each of shortest.slice(0, Number(values.show))) console.log(described(each, options));
  }
}
