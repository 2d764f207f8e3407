import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { takeFaults } from '../support/faults.ts';
import { ADMIN } from '../support/stack.ts';

describe('a fault that nothing has handled', () => {
  it('is counted, logged without credentials, and fails the test that it happens in', async () => {
    const lines: string[] = [];
    const logger = createLogger('info', { write: (line) => lines.push(line) });
    await using gateway = await startGateway(readConfig({ PORT: '0', SANDBOX_CONTROL_PORT: '0' }), { logger });
    const error = new Error(`no socket for ${ADMIN}`);
    gateway.reportFault(error);
    gateway.reportFault('not even an error');
    const metrics = await (await fetch(new URL('/metrics', gateway.url))).text();
    expect(metrics).toMatch(/^harper_gateway_faults_total\{part="process"\} 2$/m);
    const logged = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 60);
    expect(logged.map(({ err }) => err.message ?? err)).toEqual([
      'no socket for Basic [redacted]',
      'not even an error',
    ]);
    // Without this the hook of test/support/faults.ts would find them.
    expect(takeFaults()).toEqual([error, 'not even an error']);
  });
});
