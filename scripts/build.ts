import { spawnSync } from 'node:child_process';
import { chmod, copyFile, rm, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { rolldown } from 'rolldown';
import { buildConsole } from './console/build.ts';
import { licensesOf } from './licenses.ts';

/*
 * Makes what is published: dist-console/, which is the console (scripts/console/build.ts), and dist/:
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
await writeFile('dist/cli.licenses.txt', await licensesOf('dist/cli-main.js', modules));
await buildConsole('dist-console');
