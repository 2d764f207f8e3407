import { afterAll, beforeAll, describe } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { ADMIN, FAST } from '../support/stack.ts';
import { describeHarper } from './contract.ts';

describe.each(['4.7', '5.2'] as const)('the sandbox as Harper %s', (dialect) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ dialect, timing: FAST });
  });
  afterAll(async () => sandbox[Symbol.asyncDispose]());
  describeHarper(() => ({ url: sandbox.node('node-1').url, authorization: ADMIN }));
});
