import { buildConsole } from './console/build.ts';

/* Makes dist-console/, the console as the gateway serves it. `npm ci` runs it. */

await buildConsole('dist-console');
