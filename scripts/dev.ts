import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, watch } from 'node:fs';
import process from 'node:process';

/*
 * The gateway, started again whenever one of its files changes, and the console, built again whenever one of its own
 * does. Then the gateway is started again, too: it serves the console from memory. A page that is open connects again
 * then, finds that there is another version, and loads itself anew. Arguments are the gateway's.
 */

/** Milliseconds without a change after which it is built: an editor writes a file in several steps. */
const QUIET = 100;

build();
let manifest = readManifest();
let gateway = start();
let updating = Promise.resolve();
let timer: NodeJS.Timeout | undefined;
let isSchemaUsedAnew = false;

watch('src/console', { recursive: true }, (_, file) => {
  // What codegen writes there comes of a document, whose change was seen before.
  if (file === null || file.startsWith('graphql')) return;
  isSchemaUsedAnew ||= file.endsWith('.graphql');
  clearTimeout(timer);
  timer = setTimeout(() => {
    updating = updating.then(update).catch(fail);
  }, QUIET);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    stop().then(() => process.exit(0), fail);
  });
}

async function update(): Promise<void> {
  if (isSchemaUsedAnew) run('scripts/generate.ts');
  isSchemaUsedAnew = false;
  build();
  const fresh = readManifest();
  if (fresh === manifest) return;
  manifest = fresh;
  await stop();
  gateway = start();
}

/** Builds the console. What is wrong with it is printed, and the one before stays. */
function build(): void {
  run('scripts/build-console.ts', '--reloads');
}

function run(...script: string[]): void {
  spawnSync(process.execPath, script, { stdio: 'inherit' });
}

function start(): ChildProcess {
  return spawn(process.execPath, ['--watch', 'src/cli.ts', ...process.argv.slice(2)], { stdio: 'inherit' });
}

async function stop(): Promise<void> {
  if (gateway.exitCode !== null || gateway.signalCode !== null) return;
  const ended = once(gateway, 'exit');
  gateway.kill('SIGTERM');
  await ended;
}

/** Names the built console; empty where it could not be built yet. */
function readManifest(): string {
  try {
    return readFileSync('dist-console/manifest.json', 'utf8');
  } catch {
    return '';
  }
}

function fail(error: unknown): void {
  console.error(error);
  process.exit(1);
}
