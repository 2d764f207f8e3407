import { spawnSync } from 'node:child_process';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import process from 'node:process';

/* Makes dist/, the publishable JavaScript: types stripped, nothing bundled. */

await rm('dist', { recursive: true, force: true });
const { status } = spawnSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
const cli = await readFile('dist/cli.js', 'utf8');
if (!cli.startsWith('#!/usr/bin/env node\n')) await writeFile('dist/cli.js', `#!/usr/bin/env node\n${cli}`);
await chmod('dist/cli.js', 0o755);
