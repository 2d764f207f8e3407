import { spawnSync } from 'node:child_process';
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { rolldown } from 'rolldown';

/*
 * Makes dist/, the publishable JavaScript: types stripped, for those who use the gateway as a library; and cli.js over it, in one piece with
 * the packages it needs at every start. Loading some four hundred modules took two thirds of a cold start (bench/cold-start.ts).
 */

/** Packages that are loaded only where they are wanted, and share nothing with the rest: they stay what they are. */
const ON_DEMAND = [/^@graphql-yoga\/render-graphiql/, /^@opentelemetry\//, /^jose$/];

await rm('dist', { recursive: true, force: true });
const { status } = spawnSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

const bundle = await rolldown({ input: 'dist/cli.js', platform: 'node', external: ON_DEMAND });
const { output } = await bundle.write({
  dir: 'dist',
  format: 'esm',
  entryFileNames: 'cli.js',
  // Beside it: what is read relative to a module is found from there too.
  chunkFileNames: 'cli-[name]-[hash].js',
});
await chmod('dist/cli.js', 0o755);
const modules = output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
await writeFile('dist/cli.licenses.txt', await licensesOf(modules));

/** The licences of all packages that modules are of: each asks to go along with every copy. */
async function licensesOf(paths: readonly string[]): Promise<string> {
  const folders = new Set(paths.flatMap((path) => path.match(/^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []));
  const texts = await Promise.all([...folders].sort().map(licenseOf));
  return `dist/cli.js holds these packages.\n\n${texts.join('\n')}`;
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
