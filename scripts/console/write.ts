import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

/** A console that is to be written. */
export interface ConsoleOutput {
  /** Text of each file that the page loads, by name. */
  readonly files: ReadonlyMap<string, string>;
  /** Text of each GraphQL document. */
  readonly documents: readonly string[];
  /** The licences of what is in the files. */
  readonly licenses: string;
  /** Whether a page that is open loads itself again when there is another version; false when left out. */
  readonly reloads?: boolean;
}

/**
 * Writes a console as the gateway reads it (src/transport/console/files.ts). Gateways may start meanwhile. So the files
 * are in a folder that has their digest as its name, and the manifest, which names it, is replaced last.
 * @returns the digest of the files
 */
export async function writeConsole(
  folder: string,
  { files, documents, licenses, reloads = false }: ConsoleOutput,
): Promise<string> {
  const hash = createHash('sha256');
  for (const [name, text] of files) hash.update(`${name}\n${text}`);
  const digest = hash.digest('hex').slice(0, 12);
  await mkdir(join(folder, digest), { recursive: true });
  for (const [name, text] of files) await writeCompressed(join(folder, digest, name), text);
  const byHash = documents.map((text) => [`sha256:${createHash('sha256').update(text).digest('hex')}`, text]);
  await replace(join(folder, 'documents.json'), json(Object.fromEntries(byHash)));
  await replace(join(folder, 'licenses.txt'), licenses);
  await replace(join(folder, 'manifest.json'), json({ digest, files: [...files.keys()], reloads }));
  const kept = new Set([digest, 'documents.json', 'licenses.txt', 'manifest.json']);
  const others = (await readdir(folder)).filter((name) => !kept.has(name) && !name.endsWith('.new'));
  for (const name of others) await rm(join(folder, name), { recursive: true });
  return digest;
}

/** Writes a file as it is, and as it is sent to those who take it compressed. */
async function writeCompressed(path: string, text: string): Promise<void> {
  const plain = Buffer.from(text);
  await replace(path, plain);
  await replace(`${path}.gz`, await promisify(gzip)(plain, { level: 9 }));
  await replace(`${path}.br`, await promisify(brotliCompress)(plain));
}

/** Puts a whole file where another may be, which may be read at the moment. */
async function replace(path: string, content: string | Buffer): Promise<void> {
  const fresh = `${path}.${process.pid}.new`;
  await writeFile(fresh, content);
  await rename(fresh, path);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
