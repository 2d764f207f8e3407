import type { GeneratorOptions } from './documents.ts';

/** What makes random documents about a cluster likely to find something in the stand-in Harper of these tests. */
export const HINTS: GeneratorOptions = {
  hints: new Map<string, readonly unknown[]>([
    ['name', ['node-2', 'node-3', 'node-4', 'node-5', 'node-9', '__proto__']],
    // Another name than that of the only node is an error, of which there should be few.
    ['node', [...Array.from({ length: 30 }, () => 'node-1'), '__proto__']],
    ['names', ['node-2', 'node-3', 'node-4', 'node-5', 'constructor']],
    ['databases', ['data', 'dev', 'system', 'größe', '__proto__']],
    ['hostname', ['node-1', 'node-2', 'node-3', 'node-9', 'node-10']],
    ['url', ['wss://node-2:9933', 'wss://node-9:9933', 'ws://[::1]:9934']],
    ['shard', [0, 1, 65535]],
    ['port', [9933, 1]],
    ['waitForConnected', [0]],
    ['minIntervalMs', [0, 1000]],
    ['header', ['Bearer a.b.c']],
    ['revokedCertificates', ['0A', 'FF:01']],
    ['database', ['data', 'dev']],
    ['table', ['dog', 'cat']],
    ['__type.name', ['Peer', 'Query', 'ConnectionState', 'NodeInput', 'DateTime', 'Nothing', '__Type', '__proto__']],
  ]),
  wanted: new Set(['hostname']),
  rootWeights: new Map([
    ['clusterStatus', 20],
    ['peer', 8],
    ['viewer', 1],
    ['gateway', 1],
    ['routes', 1],
    ['clusterPlan', 1],
    ['cluster', 2],
    ['clusterNode', 1],
    ['__type', 0.7],
    ['__schema', 0.2],
  ]),
};
