import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { Agent, setGlobalDispatcher } from 'undici';
import { cleanUp, UNUSED_NAME } from '../test/contract/added.ts';

/*
 * Runs the contract suite against a real Harper: HARPER_URL, HARPER_USERNAME and HARPER_PASSWORD say which. HARPER_URL
 * may list several nodes of one cluster, which are all asked, one after the other. It says
 * what it will change before it does, and removes what it has added, also when it is interrupted.
 */

const { HARPER_URL, HARPER_USERNAME, HARPER_PASSWORD, HARPER_TLS_VERIFY } = process.env;
if (!HARPER_URL || !HARPER_USERNAME || !HARPER_PASSWORD) {
  console.error('Set HARPER_URL, HARPER_USERNAME and HARPER_PASSWORD to the Harper that is to be asked.');
  process.exit(2);
}
if (HARPER_TLS_VERIFY === 'false') setGlobalDispatcher(new Agent({ connect: { rejectUnauthorized: false } }));

const urls = HARPER_URL.split(',').map((url) => url.trim());

const where = urls.map((url) => new URL(url).origin).join(', ');
console.log(`At ${where} this adds the peer ${UNUSED_NAME}, which nobody can reach, and removes it again.`);
console.log('The same with a route of that name, where Harper has operations on routes. It reads everything else.');

const tests = spawn('vitest', ['run', '--config', 'vitest.live.config.ts', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// The tests get the signal of a terminal as well; here it must not end what cleans up after them.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => tests.kill(signal));
const [code] = await once(tests, 'exit');
const authorization = `Basic ${Buffer.from(`${HARPER_USERNAME}:${HARPER_PASSWORD}`).toString('base64')}`;
for (const url of urls) {
  for (const what of await cleanUp({ url, authorization })) {
    console.log(`Removed what the tests had left at ${url}: ${what}.`);
  }
}
process.exit(code ?? 1);
