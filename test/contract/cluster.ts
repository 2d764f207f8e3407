import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { statusAnswer } from '../../src/harper/status/dialect.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { post } from '../support/harper.ts';
import { ask } from '../support/stack.ts';

/** The nodes of one cluster, and a login that is good at all of them. */
export interface Nodes {
  readonly urls: readonly string[];
  readonly authorization: string;
  /** Settings of the gateway besides HARPER_URL, such as those of TLS. */
  readonly settings?: Record<string, string>;
}

/** What the gateway relies on in a cluster of several nodes, and what it makes of one. Nothing is changed. */
export function describeCluster(subject: () => Nodes): void {
  const call = (url: string, body: object) => post(url, body, subject().authorization);

  it('has nodes with different names, each of which lists the others', async () => {
    const statuses = [];
    // One after the other: where two addresses lead to one node, it must not be asked twice at once.
    for (const url of subject().urls) {
      statuses.push(statusAnswer.parse((await call(url, { operation: 'cluster_status' })).body));
    }
    const names = statuses.map(({ nodeName }) => nodeName);
    expect(new Set(names).size).toBe(names.length);
    for (const { nodeName, connections } of statuses) {
      const listed = connections.map(({ name }) => name);
      for (const name of names) if (name !== nodeName) expect(listed).toContain(name);
    }
  });

  it('has nodes that tell their versions to a super user, each its own', async () => {
    for (const url of subject().urls) {
      const { status, body } = await call(url, {
        operation: 'search_by_value',
        database: 'system',
        table: 'hdb_info',
        attribute: 'info_id',
        value: '*',
        get_attributes: ['info_id', 'hdb_version_num'],
      });
      expect(status).toBe(200);
      expect((body as unknown as { hdb_version_num: string }[]).at(-1)?.hdb_version_num).toMatch(/^\d+\.\d+/);
    }
  });

  it('is seen whole by one gateway', async () => {
    const { urls, authorization, settings } = subject();
    const logger = createLogger('silent', new Writable({ write: (_, __, done) => done() }));
    const config = readConfig({ HARPER_URL: urls.join(','), PORT: '0', ...settings });
    await using gateway = await startGateway(config, { logger });
    const { data, errors } = await ask(
      gateway.url,
      `{ cluster {
        state
        nodes { operationsUrl state isMember version }
        links { views { connected } }
        disagreements { message }
      } }`,
      { as: authorization },
    );
    expect(errors).toEqual([]);
    const asked = data.cluster.nodes.filter((node: { operationsUrl: string | null }) => node.operationsUrl !== null);
    expect(asked).toHaveLength(urls.length);
    for (const node of asked) expect(node).toMatchObject({ state: 'UP', isMember: true, version: expect.any(String) });
    for (const { views } of data.cluster.links) expect(views.length).toBeGreaterThan(0);
  });
}
