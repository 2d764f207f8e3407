/*
 * Builds the console where all is there that this needs. Whoever installs without it, or has the published package, has
 * the console that was built before. It is plain JavaScript, so that any Node can run it.
 */
import { existsSync } from 'node:fs';

const needed = ['scripts/build-console.ts', ...['rolldown', 'preact', '@preact/signals'].map(inPackages)];
if (needed.every((path) => existsSync(new URL(`../${path}`, import.meta.url)))) await import('./build-console.ts');

function inPackages(name) {
  return `node_modules/${name}/package.json`;
}
