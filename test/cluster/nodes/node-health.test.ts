import { describe, expect, it } from 'vitest';
import { createNodeHealth } from '../../../src/cluster/nodes/node-health.ts';
import { TestClock } from '../../support/clock.ts';

function start() {
  const clock = new TestClock();
  const probes: number[] = [];
  let answer: 'there' | 'refused' | 'silent' = 'refused';
  const health = createNodeHealth({
    clock,
    onFault: (error) => void Promise.reject(error),
    ping(signal) {
      probes.push(clock.now());
      if (answer === 'there') return Promise.resolve();
      if (answer === 'refused') return Promise.reject(new Error('refused'));
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
  });
  return {
    clock,
    health,
    probes,
    answer(next: typeof answer) {
      answer = next;
    },
  };
}

describe('a node', () => {
  it('is one to choose from before it was asked, and asked nothing by itself', async () => {
    const { health, clock, probes } = start();
    await clock.advance(600_000);
    expect([health.isIn, health.since, probes.length]).toEqual([true, undefined, 0]);
  });

  it('is out from its failure on, until a probe has reached it', async () => {
    const { health, clock, probes, answer } = start();
    health.succeeded();
    health.failed();
    expect(health.isIn).toBe(false);
    await clock.advance(3000);
    expect(probes.length).toBeGreaterThan(0);
    expect(health.isIn).toBe(false);
    answer('there');
    await clock.advance(60_000);
    expect(health.isIn).toBe(true);
    const count = probes.length;
    await clock.advance(600_000);
    expect(probes.length).toBe(count);
  });

  it('is probed less and less often, and not less often than every 40 seconds', async () => {
    const { health, clock, probes } = start();
    health.failed();
    await clock.advance(1_000_000);
    const waits = probes.slice(1).map((at, index) => at - (probes[index] ?? 0));
    expect(waits[0]).toBeLessThan(waits[3] ?? 0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(40_000);
    expect(Math.min(...waits.slice(8))).toBeGreaterThan(20_000);
  });

  it('is reached by nobody as long as it is frozen: its probes hang and count as failed', async () => {
    const { health, clock, probes, answer } = start();
    answer('silent');
    health.failed();
    await clock.advance(30_000);
    expect(health.isIn).toBe(false);
    expect(probes.length).toBeGreaterThan(2);
    answer('there');
    await clock.advance(60_000);
    expect(health.isIn).toBe(true);
  });

  it('is in at once when somebody else has reached it, and is not probed then', async () => {
    const { health, clock, probes } = start();
    health.failed();
    health.succeeded();
    expect(health.isIn).toBe(true);
    await clock.advance(600_000);
    expect(probes).toEqual([]);
  });

  it('that comes and goes is probed later each time; one that was well for a while, soon', async () => {
    const { health, clock, probes, answer } = start();
    answer('there');
    const waits: number[] = [];
    for (let count = 0; count < 5; count += 1) {
      const failedAt = clock.now();
      health.failed();
      await clock.advance(60_000 - 1);
      waits.push((probes.at(-1) ?? 0) - failedAt);
      if (count === 3) await clock.advance(120_000);
    }
    expect(waits[3]).toBeGreaterThan((waits[0] ?? 0) * 2);
    expect(waits[4]).toBeLessThan((waits[3] ?? 0) / 2);
  });

  it('is not probed any more when the gateway has stopped', async () => {
    const { health, clock, probes } = start();
    health.failed();
    health.stop();
    await clock.advance(600_000);
    expect(probes).toEqual([]);
  });
});
