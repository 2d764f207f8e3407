import { subscribe } from 'node:diagnostics_channel';
import { afterAll, afterEach } from 'vitest';
import { FAULT_CHANNEL } from '../../src/observability/faults.ts';

/*
 * Set up before every test file (vitest.config.ts): a test fails when a gateway of this process reports a fault that
 * nothing has handled.
 */

const faults: unknown[] = [];

subscribe(FAULT_CHANNEL, (message) => faults.push((message as { error: unknown }).error));
afterEach(refuseFaults);
afterAll(refuseFaults);

/** The faults reported since the last look; a test that means to cause some takes them, so that it does not fail. */
export function takeFaults(): unknown[] {
  return faults.splice(0);
}

function refuseFaults(): void {
  const found = takeFaults();
  if (found.length > 0) throw new Error('A fault was reported that nothing has handled', { cause: found[0] });
}
