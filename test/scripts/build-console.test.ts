import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildConsole } from '../../scripts/console/build.ts';
import { writeConsole } from '../../scripts/console/write.ts';

/** Bytes that the scripts of the console may have in all, as gzip makes them. */
const MOST_BYTES = 90 * 1024;

describe('the built console', () => {
  const folder = mkdtempSync(join(tmpdir(), 'harper-gateway-build-'));
  const read = (path: string) => readFileSync(join(folder, path));
  const readJson = (path: string) => JSON.parse(read(path).toString());
  let digest = '';

  beforeAll(async () => {
    digest = await buildConsole(folder);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has each file plain and compressed, in a folder that its manifest names, and nothing else', () => {
    expect(readdirSync(folder)).toEqual([digest, 'documents.json', 'licenses.txt', 'manifest.json'].sort());
    const { files, ...manifest } = readJson('manifest.json');
    expect(manifest).toEqual({ digest, reloads: false });
    expect(files).toEqual(expect.arrayContaining(['console.js', 'console.css']));
    const written = files.flatMap((name: string) => [name, `${name}.br`, `${name}.gz`]).sort();
    expect(readdirSync(join(folder, digest)).sort()).toEqual(written);
    for (const name of files) {
      const plain = read(`${digest}/${name}`);
      expect(gunzipSync(read(`${digest}/${name}.gz`)).equals(plain)).toBe(true);
      expect(brotliDecompressSync(read(`${digest}/${name}.br`)).equals(plain)).toBe(true);
    }
  });

  it('has no more script than a slow connection bears', () => {
    const scripts = readdirSync(join(folder, digest)).filter((name) => name.endsWith('.js.gz'));
    const bytes = scripts.reduce((sum, name) => sum + read(`${digest}/${name}`).length, 0);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
  });

  it('asks for nothing elsewhere', () => {
    expect(read(`${digest}/console.css`).toString()).not.toMatch(/@import|url\((?!["']?data:)/);
    expect(read(`${digest}/console.js`).toString()).not.toMatch(
      /\bimport\s*["'(]|\bfrom\s*["']https?:|sourceMappingURL/,
    );
  });

  it('has the documents as it sends them, and the licences of its packages', () => {
    const script = read(`${digest}/console.js`).toString();
    const documents: string[] = Object.values(readJson('documents.json'));
    expect(documents.length).toBeGreaterThan(0);
    // Templates keep their text: a document that is used is found in the script as it is.
    const used = documents.filter((text) => script.includes(text.trim()));
    expect(used.length).toBeGreaterThan(0);
    expect(read('licenses.txt').toString()).toMatch(/^preact \d[\d.]+ \(MIT\)\n\nThe MIT License/m);
  });

  it('is the same when it is built again, and a file that is not used any more goes', async () => {
    expect(await buildConsole(folder)).toBe(digest);
    const output = { files: new Map([['console.js', 'other();']]), documents: [], licenses: '' };
    const other = await writeConsole(folder, output);
    expect(readdirSync(folder).sort()).toEqual([other, 'documents.json', 'licenses.txt', 'manifest.json'].sort());
    expect(await buildConsole(folder)).toBe(digest);
  });
});
