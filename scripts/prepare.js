/*
 * Builds the console where the packages are installed that this needs. Who installs without them, or the published
 * package, gets the console that was built before. It is plain JavaScript, so that any Node can tell.
 */
import { existsSync } from 'node:fs';

const needed = ['rolldown', 'preact', '@preact/signals'];
const areInstalled = needed.every((name) => existsSync(new URL(`../node_modules/${name}`, import.meta.url)));
if (areInstalled) await import('./build-console.ts');
