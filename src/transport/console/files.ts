import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../../observability/logger.ts';
import type { Asset } from '../http/asset.ts';

/** The console as it was built, in memory. */
export interface ConsoleFiles {
  /** Changes with the content of any file. */
  readonly digest: string;
  /** What the page loads, by name. */
  readonly assets: ReadonlyMap<string, Asset>;
  /** Its GraphQL documents by hash. */
  readonly documents: ReadonlyMap<string, string>;
  /** Whether a page that is open loads itself again when there is another version. */
  readonly reloads: boolean;
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
]);

const manifestSchema = z.object({
  digest: z.string().regex(/^\w+$/),
  files: z.array(z.string()),
  reloads: z.boolean().default(false),
});
const documentsSchema = z.record(z.string(), z.string());

/**
 * Reads the console that scripts/console/write.ts has written.
 * @returns undefined where there is none, which is logged: nothing else needs it
 */
export function openConsoleFiles(folder: URL, logger: Logger): ConsoleFiles | undefined {
  try {
    return readConsoleFiles(folder);
  } catch (error) {
    logger.warn({ err: error }, 'The console is not there: npm ci builds it, and CONSOLE=false does without it');
    return undefined;
  }
}

function readConsoleFiles(folder: URL): ConsoleFiles {
  const read = (path: string) => readFileSync(new URL(path, folder));
  const { digest, files, reloads } = manifestSchema.parse(JSON.parse(read('manifest.json').toString()));
  const documents = documentsSchema.parse(JSON.parse(read('documents.json').toString()));
  const assets = files.map((name): [string, Asset] => {
    const type = TYPES.get(extname(name));
    if (type === undefined) throw new Error(`The console has a file of no known type: ${name}`);
    const path = `${digest}/${name}`;
    const coded = new Map([['br', read(`${path}.br`)] as const, ['gzip', read(`${path}.gz`)] as const]);
    return [name, { type, plain: read(path), coded }];
  });
  return { digest, assets: new Map(assets), documents: new Map(Object.entries(documents)), reloads };
}
