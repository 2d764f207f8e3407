import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder that is removed when the tests of the file are over. */
export interface Paths {
  readonly folder: string;
  /** The path of a file in it that is not there yet. */
  readonly newPath: () => string;
}

export function createPaths(name: string): Paths {
  const folder = mkdtempSync(join(tmpdir(), `harper-${name}-`));
  afterAll(() => rmSync(folder, { recursive: true }));
  let files = 0;
  return {
    folder,
    newPath() {
      files += 1;
      return join(folder, `${files}.db`);
    },
  };
}

/** For what must not happen: it is thrown. */
export const fail = (error: unknown) => {
  throw error;
};
