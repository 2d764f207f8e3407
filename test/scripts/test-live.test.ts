import process from 'node:process';
import { expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { UNUSED_NAME } from '../contract/added.ts';
import { eventually } from '../support/eventually.ts';
import { post } from '../support/harper.ts';
import { start } from '../support/process.ts';
import { ADMIN, FAST } from '../support/stack.ts';

it('npm run test:live says what it will change, and removes it also when it is interrupted', {
  timeout: 180_000,
}, async () => {
  await using sandbox = await startSandbox({ nodes: 1, timing: FAST });
  const node = sandbox.node('node-1');
  await post(node.url, { operation: 'add_node', hostname: UNUSED_NAME }, ADMIN);
  // The suite waits for this for ever.
  node.faults.add('user_info', { kind: 'hang' }, Number.POSITIVE_INFINITY);
  const settings = { HARPER_URL: node.url, HARPER_USERNAME: 'admin', HARPER_PASSWORD: 'sandbox' };
  await using suite = start(process.execPath, ['scripts/test-live.ts'], settings);
  await suite.until(new RegExp(`this adds the peer ${UNUSED_NAME}.*removes it again`));
  expect(node.replication.records.get(UNUSED_NAME)).toBeDefined();
  await eventually(() => expect(node.received.get('user_info')).toBeGreaterThan(0));
  suite.child.kill('SIGINT');
  expect(await suite.ended).not.toBe(0);
  expect(suite.stdout()).toContain(`Removed what the tests had left at ${node.url}: the peer ${UNUSED_NAME}.`);
  expect(node.replication.records.get(UNUSED_NAME)).toBeUndefined();
});
