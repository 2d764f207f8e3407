import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { defineHistoryGauges } from '../../src/observability/history-gauges.ts';

it('the gauges of the history are of one look at it for each scrape', async () => {
  const registry = new Registry();
  let looks = 0;
  defineHistoryGauges([registry], async () => {
    looks += 1;
    return { isKept: looks === 1, waiting: looks, lost: 0, shared: undefined, size: undefined };
  });
  const first = await registry.metrics();
  expect(looks).toBe(1);
  expect(first).toContain('harper_gateway_history_kept 1');
  expect(first).toContain('harper_gateway_history_waiting 1');
  expect(first).not.toMatch(/^harper_gateway_history_bytes/m);
  const second = await registry.metrics();
  expect(looks).toBe(2);
  expect(second).toContain('harper_gateway_history_kept 0');
});
