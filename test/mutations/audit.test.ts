import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createMutationLog } from '../../src/live/changelog/audit/mutation-log.ts';
import { createAudit, createAuditLog } from '../../src/mutations/audit.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { settled, TestClock } from '../support/clock.ts';

const DONE = { message: 'Done', partial: false, emulated: false, warnings: [] };

/** The audit of one request, whose lines go to a destination. */
function auditTo(destination: Parameters<typeof createLogger>[1], level = 'info', clock = new TestClock()) {
  const records = createMutationLog({ capacity: 10, clock });
  const log = createAuditLog(createLogger(level, destination), clock, records);
  return createAudit(log, { requestId: 'request-1', user: 'ada' });
}

const messages = (text: string) => text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).msg]));

describe('the first line of a change', () => {
  it.each([false, true])('is written before the change begins, by a destination with sync: %s', async (sync) => {
    const dest = join(mkdtempSync(join(tmpdir(), 'harper-gateway-')), 'log');
    const audit = auditTo(pino.destination({ dest, sync }));
    for (let count = 1; count <= 20; count += 1) {
      await audit.record('removeNode', 'node-2', async () => {
        expect(messages(readFileSync(dest, 'utf8')).at(-1)).toBe('A change begins');
        return DONE;
      });
    }
  });

  it('is written before each of many changes that begin at the same time', async () => {
    const dest = join(mkdtempSync(join(tmpdir(), 'harper-gateway-')), 'log');
    const audit = auditTo(pino.destination({ dest, sync: false }));
    const begin = (target: string) =>
      audit.record('removeNode', target, async () => {
        expect(readFileSync(dest, 'utf8')).toContain(`"${target}"`);
        return DONE;
      });
    await Promise.all(Array.from({ length: 200 }, (_, at) => begin(`node-${at}`)));
  });

  it('holds up no change for more than a second, where nothing is written', async () => {
    const clock = new TestClock();
    const stuck = Object.assign(pino.destination({ dest: '/dev/null', sync: false }), { write: () => true });
    let hasBegun = false;
    const change = auditTo(stuck, 'info', clock).record('removeNode', 'node-2', async () => {
      hasBegun = true;
      return DONE;
    });
    await clock.advance(999);
    expect(hasBegun).toBe(false);
    await clock.advance(1);
    expect(await change).toBe(DONE);
    expect(stuck.listenerCount('drain')).toBe(0);
  });

  it('is not waited for where there is none', async () => {
    let hasBegun = false;
    const stuck = Object.assign(pino.destination({ dest: '/dev/null', sync: false }), { write: () => true });
    const change = auditTo(stuck, 'silent').record('removeNode', 'node-2', async () => {
      hasBegun = true;
      return DONE;
    });
    await settled();
    expect(hasBegun).toBe(true);
    await change;
  });
});
