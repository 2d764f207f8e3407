import process from 'node:process';
import { Agent, setGlobalDispatcher } from 'undici';
import { describe } from 'vitest';
import { basic } from '../support/stack.ts';
import { describeCluster } from './cluster.ts';
import { describeHarper } from './contract.ts';

const { HARPER_URL, HARPER_USERNAME, HARPER_PASSWORD, HARPER_TLS_VERIFY, HARPER_CA_FILE } = process.env;

if (!HARPER_URL || !HARPER_USERNAME || !HARPER_PASSWORD) {
  throw new Error('Set HARPER_URL, HARPER_USERNAME and HARPER_PASSWORD to the Harper that is to be asked.');
}
if (HARPER_TLS_VERIFY === 'false') setGlobalDispatcher(new Agent({ connect: { rejectUnauthorized: false } }));

const authorization = basic(HARPER_USERNAME, HARPER_PASSWORD);
const urls = HARPER_URL.split(',').map((url) => url.trim());
const settings = {
  ...(HARPER_TLS_VERIFY && { HARPER_TLS_VERIFY }),
  ...(HARPER_CA_FILE && { HARPER_CA_FILE }),
};

describe.each(urls)('Harper at %s', (url) => {
  describeHarper(() => ({ url, authorization }));
});

describe.runIf(urls.length > 1)(`the cluster at ${urls.join(', ')}`, () => {
  describeCluster(() => ({ urls, authorization, settings }));
});
