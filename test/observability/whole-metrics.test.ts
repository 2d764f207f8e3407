import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { overWebSocket } from '../support/live.ts';
import { startStack } from '../support/stack.ts';

const ALL = ['node-1', 'node-2', 'node-3'];

async function metrics({ url }: { readonly url: string }): Promise<Record<string, number>> {
  const text = await (await fetch(new URL('/metrics', url))).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}

describe('the metrics of several nodes', () => {
  it('tell which of them answer, and how the whole cluster is', async () => {
    await using stack = await startStack({ addresses: ALL, settings: { POLL_INTERVAL: '100' } });
    await using _ = overWebSocket(stack, 'subscription { cluster { state } }');
    await eventually(async () => {
      expect(await metrics(stack)).toMatchObject({
        'harper_cluster_state{state="HEALTHY"}': 1,
        'harper_cluster_state{state="SPLIT"}': 0,
        harper_cluster_islands: 1,
        'harper_cluster_links{state="CONNECTED"}': 6,
        'harper_cluster_links{state="DOWN"}': 0,
        'harper_cluster_disagreements{kind="MEMBER_UNKNOWN"}': 0,
      });
    });
    stack.sandbox.isolate('node-3');
    await stack.sandbox.node('node-2').kill();
    const { url } = stack.sandbox.node('node-2');
    const labels = `node="${url}",operation="cluster_status",code="UPSTREAM_UNAVAILABLE"`;
    const failed = `harper_gateway_upstream_failures_total{${labels}}`;
    await eventually(async () => {
      const values = await metrics(stack);
      expect(values).toMatchObject({
        'harper_cluster_node_up{node="node-1"}': 1,
        'harper_cluster_node_up{node="node-2"}': 0,
        'harper_cluster_node_up{node="node-3"}': 1,
        [`harper_gateway_node_reachable{node="${url}"}`]: 0,
        'harper_cluster_state{state="SPLIT"}': 1,
        harper_cluster_islands: 2,
        'harper_cluster_links{state="DOWN"}': 2,
        'harper_cluster_links{state="UNCONFIRMED"}': 4,
        [failed]: expect.any(Number),
      });
    });
  });

  it('have nothing of a cluster that nobody watches, but whether its nodes answer', async () => {
    await using stack = await startStack({ addresses: ALL });
    const values = await metrics(stack);
    expect(Object.entries(values).filter(([name]) => name.startsWith('harper_cluster_'))).toEqual([
      ['harper_cluster_islands', 0],
    ]);
    for (const { url } of stack.sandbox.nodes) expect(values[`harper_gateway_node_reachable{node="${url}"}`]).toBe(1);
  });
});

describe('/ready with several nodes', () => {
  it('is 200 as long as one can be reached, and says how many can', async () => {
    await using stack = await startStack({ addresses: ALL });
    const ready = async () => {
      const response = await fetch(new URL('/ready', stack.url));
      return [response.status, await response.json()];
    };
    expect(await ready()).toEqual([200, { status: 'ok', nodes: { all: 3, reachable: 3 } }]);
    await stack.sandbox.node('node-1').kill();
    await stack.sandbox.node('node-3').kill();
    await eventually(async () =>
      expect(await ready()).toEqual([200, { status: 'ok', nodes: { all: 3, reachable: 1 } }]),
    );
    await stack.sandbox.node('node-2').kill();
    await eventually(async () => expect(await ready()).toMatchObject([503, { reason: 'harper' }]));
    await stack.sandbox.node('node-3').start();
    await eventually(async () =>
      expect(await ready()).toEqual([200, { status: 'ok', nodes: { all: 3, reachable: 1 } }]),
    );
  });
});
