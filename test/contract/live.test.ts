import process from 'node:process';
import { Agent, setGlobalDispatcher } from 'undici';
import { describe } from 'vitest';
import { basic } from '../support/stack.ts';
import { describeHarper } from './contract.ts';

const { HARPER_URL, HARPER_USERNAME, HARPER_PASSWORD, HARPER_TLS_VERIFY } = process.env;

if (!HARPER_URL || !HARPER_USERNAME || !HARPER_PASSWORD) {
  throw new Error('Set HARPER_URL, HARPER_USERNAME and HARPER_PASSWORD to the Harper that is to be asked.');
}
if (HARPER_TLS_VERIFY === 'false') setGlobalDispatcher(new Agent({ connect: { rejectUnauthorized: false } }));

describe(`Harper at ${HARPER_URL}`, () => {
  describeHarper(() => ({ url: HARPER_URL, authorization: basic(HARPER_USERNAME, HARPER_PASSWORD) }));
});
