import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { listen } from '../support/listen.ts';
import { overWebSocket } from '../support/live.ts';
import { startService } from '../support/service.ts';
import { startStack } from '../support/stack.ts';

const at = (url: string, path: string) => new URL(path, url).href;

/** The samples of a metric with these labels, as numbers. */
async function metric(
  url: string,
  name: string,
  headers: Record<string, string> = {},
): Promise<Record<string, number>> {
  const response = await fetch(at(url, '/metrics'), { headers });
  const lines = (await response.text()).split('\n').filter((line) => line.startsWith(name));
  return Object.fromEntries(
    lines.map((line): [string, number] => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' '))),
    ]),
  );
}

describe('/metrics', () => {
  it('count operations by root field and code, calls of Harper and shared ones', async () => {
    await using stack = await startStack();
    await Promise.all(Array.from({ length: 5 }, () => stack.ask('{ clusterStatus { nodeName } }')));
    await stack.ask('mutation { removeNode(input: { hostname: "node-9" }) { message } }');
    await stack.ask('{ nope }');
    await stack.ask('query SomeName { viewer { username } }', { as: null });
    const requests = await metric(stack.url, 'harper_gateway_requests_total');
    expect(requests).toMatchObject({
      'harper_gateway_requests_total{operation="clusterStatus",code="OK"}': 5,
      'harper_gateway_requests_total{operation="removeNode",code="OPERATION_REFUSED"}': 1,
      'harper_gateway_requests_total{operation="none",code="GRAPHQL_VALIDATION_FAILED"}': 1,
      'harper_gateway_requests_total{operation="viewer",code="UNAUTHENTICATED"}': 1,
    });
    // Names that callers choose are nowhere: they could make as many series as they liked.
    expect(Object.keys(requests).join()).not.toContain('SomeName');
    const { url: node } = stack.sandbox.node('node-1');
    const seconds = await metric(stack.url, 'harper_gateway_upstream_seconds_count');
    const status = seconds[`harper_gateway_upstream_seconds_count{node="${node}",operation="cluster_status"}`] ?? 0;
    const shared = await metric(stack.url, 'harper_gateway_upstream_shared_total');
    expect(
      status + (shared[`harper_gateway_upstream_shared_total{node="${node}",operation="cluster_status"}`] ?? 0),
    ).toBe(5);
    expect(await metric(stack.url, 'harper_gateway_upstream_failures_total')).toEqual({
      [`harper_gateway_upstream_failures_total{node="${node}",operation="remove_node",code="OPERATION_REFUSED"}`]: 1,
    });
  });

  it('tell of live readers, and of the cluster they watch', async () => {
    await using stack = await startStack({ settings: { POLL_INTERVAL: '100' } });
    expect(await metric(stack.url, 'harper_cluster_socket_connected{')).toEqual({});
    await using events = overWebSocket(stack, 'subscription { connectionStatusChanged(snapshot: true) { kind } }');
    await events.next();
    expect(await metric(stack.url, 'harper_gateway_subscribers')).toEqual({ harper_gateway_subscribers: 1 });
    expect(await metric(stack.url, 'harper_gateway_watchers')).toEqual({ harper_gateway_watchers: 1 });
    expect(Object.keys(await metric(stack.url, 'harper_cluster_socket_connected{'))).toHaveLength(4);
    await stack.sandbox.node('node-3').kill();
    await eventually(async () =>
      expect(await metric(stack.url, 'harper_cluster_socket_connected{')).toMatchObject({
        'harper_cluster_socket_connected{node="node-1",peer="node-3",database="dev"}': 0,
        'harper_cluster_socket_connected{node="node-1",peer="node-2",database="dev"}': 1,
      }),
    );
    expect((await metric(stack.url, 'harper_gateway_staleness_seconds')).harper_gateway_staleness_seconds).toBeLessThan(
      2,
    );
    const sent = await metric(stack.url, 'harper_gateway_events_sent_total');
    expect(sent['harper_gateway_events_sent_total{transport="websocket"}']).toBeGreaterThanOrEqual(4);
    await events[Symbol.asyncDispose]();
    await eventually(async () =>
      expect(await metric(stack.url, 'harper_gateway_streams_ended_total')).toEqual({
        'harper_gateway_streams_ended_total{reason="client"}': 1,
      }),
    );
  });

  it('keep the cluster watched in SERVICE mode, without any viewer', async () => {
    await using service = await startService();
    expect(Object.keys(await metric(service.url, 'harper_cluster_socket_connected{'))).toHaveLength(4);
    expect(await metric(service.url, 'harper_cluster_socket_latency_seconds{')).not.toEqual({});
  });

  it('are for this machine only, or for whoever has the token', async () => {
    await using open = await startStack({ sandbox: { nodes: 1 } });
    expect((await fetch(at(open.url, '/metrics'))).status).toBe(200);
    expect((await fetch(at(open.url, '/metrics'), { headers: { 'x-forwarded-for': '10.0.0.1' } })).status).toBe(403);
    await using closed = await startStack({ sandbox: { nodes: 1 }, settings: { METRICS_TOKEN: 'scrape-me' } as never });
    expect((await fetch(at(closed.url, '/metrics'))).status).toBe(403);
    const headers = { authorization: 'Bearer scrape-me', 'x-forwarded-for': '10.0.0.1' };
    expect((await fetch(at(closed.url, '/metrics'), { headers })).status).toBe(200);
    await using off = await startStack({ sandbox: { nodes: 1 }, settings: { METRICS: 'false' } });
    expect((await fetch(at(off.url, '/metrics'))).status).toBe(404);
  });
});

describe('traces', () => {
  it('are sent to a collector, and go on at Harper in the caller’s trace', { timeout: 180_000 }, async () => {
    const bodies: string[] = [];
    const collector = createServer((req, res) => {
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('end', () => {
        bodies.push(`${req.url} ${Buffer.concat(chunks).toString()}`);
        res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    const port = await listen(collector);
    const headers: string[] = [];
    await using stack = await startStack({
      sandbox: { nodes: 1 },
      settings: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` },
    });
    stack.sandbox.node('node-1').onRequest = (req) => {
      headers.push(String(req.headers.traceparent));
      expect(req.headers).not.toHaveProperty('baggage');
      expect(req.headers).not.toHaveProperty('tracestate');
    };
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    await stack.ask('{ clusterStatus { nodeName } }', {
      headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01`, baggage: 'a=secret', tracestate: 'b=secret' },
    });
    expect(headers[0]).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
    await stack.stopGateway();
    collector.close();
    expect(bodies.join()).toMatch(/^\/v1\/traces .*harper-gateway/);
    expect(bodies.join()).toContain(trace);
  });
});
