import { hash } from 'node:crypto';

/** A script in Lua that Redis runs as a whole: nothing else happens there meanwhile. */
export interface Script {
  readonly text: string;
  /** By which Redis knows it once it has run. */
  readonly sha: string;
}

export function createScript(text: string): Script {
  return { text, sha: hash('sha1', text, 'hex') };
}
