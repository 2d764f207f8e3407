import process from 'node:process';
import { buildConsole } from './console/build.ts';

/* Makes dist-console/, the console as the gateway serves it. `npm ci` runs it. With `--reloads` for `npm run dev`. */

await buildConsole('dist-console', process.argv.includes('--reloads'));
