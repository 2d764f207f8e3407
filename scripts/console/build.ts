import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { licensesOf } from '../licenses.ts';
import { writeConsole } from './write.ts';

const SOURCE = new URL('../../src/console/', import.meta.url);

/**
 * Builds src/console for browsers: its scripts and its styles in one file each, and its documents.
 * @param folder where it is put; what is there already is replaced
 * @param reloads whether a page that is open loads itself again when there is another version
 * @returns the digest of what the page loads
 */
export async function buildConsole(folder: string, reloads = false): Promise<string> {
  const [{ scripts, modules }, styles, documents] = await Promise.all([bundle(), joinStyles(), readDocuments()]);
  const files = new Map([...scripts, ['console.css', styles] as const]);
  return writeConsole(folder, { files, documents, licenses: await licensesOf('console.js', modules), reloads });
}

async function bundle() {
  const build = await rolldown({
    input: { console: fileURLToPath(new URL('main.tsx', SOURCE)) },
    platform: 'browser',
    transform: { target: 'es2022' },
    tsconfig: fileURLToPath(new URL('tsconfig.json', SOURCE)),
  });
  const { output } = await build.generate({ format: 'esm', minify: true, entryFileNames: '[name].js' });
  await build.close();
  const chunks = output.filter((part) => part.type === 'chunk');
  return {
    scripts: chunks.map(({ fileName, code }) => [fileName, code] as const),
    modules: chunks.flatMap(({ moduleIds }) => moduleIds),
  };
}

/** All styles, in the order of their names. */
async function joinStyles(): Promise<string> {
  const folder = new URL('styles/', SOURCE);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.css')).sort();
  return (await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')))).join('\n');
}

/** The documents as the console sends them: what codegen has made of src/console/documents. */
async function readDocuments(): Promise<string[]> {
  const generated: Record<string, unknown> = await import('../../src/console/graphql/graphql.ts');
  const documents = Object.entries(generated).filter(([name]) => name.endsWith('Document'));
  return documents.map(([, document]) => String(document));
}
