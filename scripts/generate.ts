import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import process from 'node:process';
import { generate } from '@graphql-codegen/cli';
import codegen from '../codegen.ts';
import { ERROR_CATALOGUE } from '../src/errors.ts';
import { configurationTable } from './configuration-table.ts';
import { statusCheck } from './status-check.ts';

/*
 * Writes what is made from the code: the check of Harper's answers, schema.graphql, the tables in docs/ and the
 * types of examples/. With --check it
 * writes nothing and fails when a file differs.
 */

const check = process.argv.includes('--check');
const stale: string[] = [];

await put('src/harper/status/check.generated.ts', statusCheck());
finish();
// Not before: it needs the file above.
const { printedSchema } = await import('../src/schema/schema.ts');
await put('schema.graphql', printedSchema());
await putTable('docs/configuration.md', configurationTable());
await putTable('docs/errors.md', errorTable());
for (const { filename, content } of await generate({ ...codegen, silent: true, errorsOnly: true }, false)) {
  await put(filename, content);
}

finish();

/** Ends with what is stale, if anything is. */
function finish(): void {
  if (stale.length === 0) return;
  console.error(`Not as the code generates them: ${stale.join(', ')}. Run npm run generate and commit the result.`);
  process.exit(1);
}

async function put(path: string, content: string): Promise<void> {
  const present = await readFile(path, 'utf8').catch(() => undefined);
  if (present === content) return;
  if (check) stale.push(path);
  else {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}

async function putTable(path: string, table: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  const marks = /(<!-- generated -->\n)[\s\S]*?(<!-- \/generated -->)/;
  if (!marks.test(text)) throw new Error(`${path} has no generated part`);
  await put(
    path,
    text.replace(marks, (_, begin: string, end: string) => `${begin}\n${table}\n\n${end}`),
  );
}

function errorTable(): string {
  const rows = Object.entries(ERROR_CATALOGUE).map(
    ([code, { when, httpStatus, retryable }]) => `| \`${code}\` | ${httpStatus} | ${retryable} | ${when} |`,
  );
  return ['| code | HTTP status | retryable | when |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
