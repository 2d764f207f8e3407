import { readFileSync } from 'node:fs';
import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { printedSchema, schema } from '../../src/schema/schema.ts';

/** Every type, field, argument and enum value of the schema, by its path, with its description. */
function members(): [path: string, description: string | null | undefined][] {
  return Object.values(schema.getTypeMap())
    .filter((type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type))
    .flatMap((type) => {
      const own: [string, string | null | undefined][] = [[type.name, type.description]];
      if (isEnumType(type))
        own.push(
          ...type.getValues().map((value) => [`${type.name}.${value.name}`, value.description] as [string, string]),
        );
      if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return own;
      for (const field of Object.values(type.getFields())) {
        own.push([`${type.name}.${field.name}`, field.description]);
        const args: readonly { name: string; description?: string | null }[] = 'args' in field ? field.args : [];
        own.push(
          ...args.map((arg) => [`${type.name}.${field.name}(${arg.name})`, arg.description] as [string, string]),
        );
      }
      return own;
    });
}

describe('the schema', () => {
  it('is what schema.graphql holds', () => {
    expect(readFileSync('schema.graphql', 'utf8')).toBe(printedSchema());
  });

  it('describes every member in a sentence', () => {
    expect(members().length).toBeGreaterThan(150);
    expect(members().filter(([, description]) => !description?.trim().match(/[.:]$/))).toEqual([]);
  });

  it('describes every member in sentences of at most 25 words', () => {
    const sentences = members().flatMap(([path, description]) =>
      (description ?? '').split(/(?<=[.!?;])\s+/).map((sentence) => `${path}: ${sentence}`),
    );
    expect(sentences.filter((sentence) => sentence.split(/\s+/).length > 26)).toEqual([]);
  });

  it('says of every nullable field what null means', () => {
    const silent = Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
      .flatMap((type) =>
        isObjectType(type) ? Object.values(type.getFields()).map((field) => [type.name, field] as const) : [],
      )
      .filter(([, field]) => !String(field.type).endsWith('!') && !/null/i.test(field.description ?? ''));
    expect(silent.map(([type, field]) => `${type}.${field.name}`)).toEqual([]);
  });

  it('has no output that could carry a credential', () => {
    const outputs = members()
      .map(([path]) => path)
      .filter((path) => !/^(\w*Input)\b/.test(path));
    expect(outputs.filter((path) => /authorization|password|token|secret/i.test(path))).toEqual([]);
  });

  it.each([
    'scalar DateTime @specifiedBy(url: "https://scalars.graphql.org/andimarek/date-time.html")',
    'enum ConnectionState {',
    'enum ClusterState {',
    'input AuthorizationInput @oneOf {',
    'input RouteInput @oneOf {',
  ])('has the contract’s %s', (text) => {
    expect(printedSchema()).toContain(text);
  });

  it('lets each root field of a query or mutation fail alone, but the gateway, which never fails', () => {
    const nonNull = ['Query', 'Mutation'].flatMap((name) => {
      const type = schema.getType(name);
      return isObjectType(type) ? Object.values(type.getFields()).filter((field) => isNonNullType(field.type)) : [];
    });
    expect(nonNull.map(({ name, type }) => `${name}: ${type}`)).toEqual(['gateway: Gateway!']);
  });

  it.each<[string, string[]]>([
    [
      'Query',
      [
        'cluster',
        'clusterNode',
        'clusterStatus',
        'peer',
        'routes',
        'clusterPlan',
        'history',
        'mutations',
        'availability',
        'viewer',
        'gateway',
      ],
    ],
    ['ChangeConnection', ['edges', 'pageInfo']],
    ['MutationConnection', ['edges', 'pageInfo']],
    [
      'MutationRecord',
      [
        ...['cursor', 'changeId', 'requestId', 'user', 'mutation', 'targets', 'begunAt', 'endedAt', 'isRunning'],
        ...['outcome', 'outcomeUnknown', 'reason', 'warnings', 'steps', 'durationMs', 'gateway'],
      ],
    ],
    ['MutationStep', ['at', 'node', 'kind', 'result', 'message']],
    ['Availability', ['ratio', 'upMs', 'watchedMs']],
    ['ChangeLog', ['kind', 'failure', 'since', 'lost']],
    ['Subscription', ['cluster', 'clusterChanged', 'clusterStatus', 'connectionStatusChanged']],
    [
      'ClusterChange',
      [
        ...['cursor', 'kind', 'observedAt', 'nodes', 'databases', 'state', 'message', 'disagreement', 'isSnapshot'],
        'seenLate',
      ],
    ],
    [
      'ClusterStatus',
      ['id', 'nodeName', 'url', 'shard', 'isEnabled', 'state', 'connections', 'revision', 'observedAt', 'freshness'],
    ],
    [
      'Peer',
      [
        'id',
        'name',
        'url',
        'state',
        'stateSince',
        'reasons',
        'subscriptions',
        'databaseSockets',
        'replication',
        'shard',
        'startTime',
        'revokedCertificates',
        'certificateAuthority',
      ],
    ],
    [
      'DatabaseSocket',
      [
        ...[
          'id',
          'database',
          'connected',
          'since',
          'latency',
          'threadId',
          'nodes',
          'lastCommitConfirmed',
          'lastReceivedRemoteTime',
        ],
        ...[
          'lastReceivedLocalTime',
          'lastReceivedVersion',
          'lag',
          'sending',
          'sendingSince',
          'receiving',
          'backPressurePercent',
        ],
        ...['blobReplicationFailures', 'lastBlobFailure', 'lastLiveness', 'lastConnectionError'],
      ],
    ],
    ['Route', ['url', 'hostname', 'port', 'configured']],
    ['Viewer', ['username', 'role', 'isSuperUser', 'canChange']],
    ['Mutation', ['addNode', 'updateNode', 'removeNode', 'configureCluster', 'setRoutes', 'deleteRoutes']],
    ['AddNodePayload', ['cluster', 'node', 'message', 'warnings', 'partial', 'emulated', 'peer', 'clusterStatus']],
    [
      'ConfigureClusterPayload',
      ['cluster', 'node', 'message', 'warnings', 'partial', 'emulated', 'steps', 'clusterStatus'],
    ],
    ['ConfigureStep', ['node', 'kind', 'ok', 'result', 'message']],
    ['RemoveNodePayload', ['cluster', 'node', 'message', 'warnings', 'partial', 'emulated', 'steps', 'clusterStatus']],
    ['RemovalStep', ['at', 'node', 'ok', 'result', 'message']],
    [
      'Cluster',
      [
        ...['id', 'state', 'nodes', 'links', 'islands', 'disagreements', 'revision', 'isComplete', 'observedAt'],
        ...['freshness', 'linkGroups'],
      ],
    ],
    ['LinkGroup', ['nodes', 'databases', 'state', 'since', 'reason']],
    [
      'ClusterNode',
      [
        ...['id', 'name', 'url', 'operationsUrl', 'state', 'reason', 'stateSince', 'isMember', 'view', 'version'],
        'links',
      ],
    ],
    ['Link', ['id', 'nodes', 'database', 'state', 'reason', 'since', 'latency', 'views']],
    ['LinkView', ['nodeName', 'connected', 'isWanted', 'latency', 'lag', 'socket']],
    ['Island', ['database', 'nodes']],
    ['Disagreement', ['kind', 'nodes', 'database', 'message', 'remedy']],
    [
      'Backend',
      [
        ...['name', 'url', 'discovered', 'reachable', 'lastSuccessAt', 'lastError', 'isChosen', 'operations'],
        ...['version', 'oneAtATime'],
      ],
    ],
    ['ClusterPlan', ['revision', 'changes', 'isNoop', 'nodeName', 'warnings']],
    ['PlannedChange', ['kind', 'node', 'before', 'after', 'summary']],
    ['PeerConfiguration', ['url', 'subscriptions', 'shard', 'startTime', 'revokedCertificates', 'replication']],
    [
      'SetRoutesPayload',
      ['node', 'message', 'warnings', 'partial', 'emulated', 'restartRequired', 'set', 'skipped', 'routes'],
    ],
    [
      'DeleteRoutesPayload',
      ['node', 'message', 'warnings', 'partial', 'emulated', 'restartRequired', 'deleted', 'skipped', 'routes'],
    ],
  ])('has exactly the contract’s fields on %s', (name, fields) => {
    const type = schema.getType(name);
    expect(isObjectType(type) && Object.keys(type.getFields()).sort()).toEqual(fields.toSorted());
  });
});
