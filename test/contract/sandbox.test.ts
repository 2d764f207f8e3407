import { afterAll, beforeAll, describe } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { ADMIN, FAST } from '../support/stack.ts';
import { describeCluster } from './cluster.ts';
import { describeHarper } from './contract.ts';

describe.each(['4.7', '5.2'] as const)('the sandbox as Harper %s', (dialect) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ dialect, timing: FAST });
  });
  afterAll(async () => sandbox[Symbol.asyncDispose]());
  describeCluster(() => ({ urls: sandbox.nodes.map(({ url }) => url), authorization: ADMIN }));
  describe.each(['node-1', 'node-2', 'node-3'])('at %s', (name) => {
    describeHarper(() => ({ url: sandbox.node(name).url, authorization: ADMIN }));
  });
});
