import { spawnSync } from 'node:child_process';
import { chmod, copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { rolldown } from 'rolldown';

/*
 * Makes dist/, the JavaScript that is published:
 * - each module of src/ without its types, for those who use the gateway as a library;
 * - cli-main.js, the command in one piece with the packages that it needs at every start. Loading some four hundred
 *   modules took two thirds of a cold start (bench/cold-start.ts);
 * - cli.js, which refuses a Node that is too old and loads cli-main.js on any other.
 */

/** Packages that are loaded only when needed and share nothing with the rest: they stay outside. */
const ON_DEMAND = [/^@graphql-yoga\/render-graphiql/, /^@opentelemetry\//, /^jose$/];

await rm('dist', { recursive: true, force: true });
const { status } = spawnSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

const bundle = await rolldown({
  // The thread of a history file is looked for beside the module that starts it.
  input: { 'cli-main': 'dist/cli.js', 'history-thread': 'dist/live/changelog/sqlite/history-thread.js' },
  platform: 'node',
  external: ON_DEMAND,
});
const { output } = await bundle.write({
  dir: 'dist',
  format: 'esm',
  entryFileNames: '[name].js',
  // Beside it: what is read relative to a module is found from there too.
  chunkFileNames: 'cli-[name]-[hash].js',
});
await copyFile('scripts/cli-entry.js', 'dist/cli.js');
await chmod('dist/cli.js', 0o755);
const modules = output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
await writeFile('dist/cli.licenses.txt', await licensesOf(modules));

/** The licences of the packages that some modules belong to: each has to be given along with every copy. */
async function licensesOf(paths: readonly string[]): Promise<string> {
  const folders = new Set(paths.flatMap((path) => path.match(/^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []));
  const texts = await Promise.all([...folders].sort().map(licenseOf));
  return `dist/cli-main.js holds these packages.\n\n${texts.join('\n')}`;
}

async function licenseOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8')) as Record<
    string,
    string
  >;
  const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
  const text = file === undefined ? '' : await readFile(`${folder}/${file}`, 'utf8');
  return `${name} ${version} (${license})\n\n${text}\n${'-'.repeat(80)}\n`;
}
