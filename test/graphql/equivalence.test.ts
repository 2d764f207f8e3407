import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { type Gateway, startGateway } from '../../src/gateway.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { type FakeHarper, startFakeHarper } from '../differential/fake-harper.ts';
import { type Clients, openClients, TRANSPORTS, type Transport } from '../differential/transports.ts';
import { ADMIN, basic } from '../support/stack.ts';

interface Request {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Record<string, unknown> | null;
}

/** Every combination of the two switches. */
const SWITCHES = ['true', 'false'].flatMap((FAST_PATH) =>
  ['true', 'false'].map((COMPILED_EXECUTION) => ({ FAST_PATH, COMPILED_EXECUTION })),
);

const STATUS = `query Status(
  $names: [String!], $states: [ConnectionState!], $deep: Boolean = true, $peer: String! = "node-2"
) {
  clusterStatus { ...Node all: connections(names: $names, states: $states) { ...Peer @include(if: $deep) name } }
  peer(name: $peer) { ...Peer }
}
query Other($deep: Boolean!) { clusterStatus { ...Node @skip(if: $deep) nodeName } }
fragment Node on ClusterStatus { id nodeName url shard isEnabled state revision freshness }
fragment Peer on Peer {
  id url state reasons { code message databases } databaseSockets(databases: ["dev"]) { id lag }
}`;

/** Documents, those that are wrong as well. */
const DOCUMENTS = [
  STATUS,
  '{ clusterStatus { nodeName state connections { name state databaseSockets { database connected latency } } } }',
  '{ peer(name: "node-3") { name url shard startTime revokedCertificates } nobody: peer(name: "x") { name } }',
  'query($n: String!) { peer(name: $n) { name } }',
  'query($n: String = "node-2") { clusterStatus { connections(names: [$n, "node-3"]) { name } } }',
  'query($b: Boolean = true) { clusterStatus { nodeName @include(if: $b) url @skip(if: $b) } }',
  '{ viewer { username role isSuperUser canChange } }',
  '{ viewer { username } clusterStatus { nodeName } routes { url hostname port configured } }',
  '{ routes { url } __typename }',
  'query($c: [NodeInput!]!) { clusterPlan(connections: $c) { revision isNoop changes { kind node summary } } }',
  '{ __type(name: "Peer") { name fields { name } } }',
  '{ __typename }',
  '{ __proto__: __typename constructor: clusterStatus { toString: nodeName } }',
  '{ clusterStatus { nope } }',
  '{ clusterStatus }',
  '{ clusterStatus { nodeName ',
  '{ peer(name: 5) { name } }',
  '{ peer { name } }',
  '{ clusterStatus { ...F } } fragment F on Peer { name }',
  'query A { __typename } query B { viewer { username } }',
  'fragment Lonely on Query { __typename }',
  `{ ${Array.from({ length: 40 }, (_, n) => `a${n}: __typename`).join(' ')} }`,
  '# nothing at all',
  '',
];
/** Documents that change something: not for GET. */
const MUTATIONS = [
  'mutation { addNode(input: { hostname: "node-9" }) { message partial warnings emulated } }',
  'mutation($i: AddNodeInput!) { addNode(input: $i) { message } }',
  'mutation { a: removeNode(input: { hostname: "node-2" }) { message } b: addNode(input: {}) { message } }',
  'mutation { setRoutes(input: { routes: [] }) { message } }',
  'mutation { addNode(input: { hostname: "a", shard: "secret-1" }) { message } }',
];
/** What comes beside a document, right for some of them and wrong for others. */
const EXTRAS: readonly Omit<Request, 'query'>[] = [
  {},
  { variables: null, operationName: null },
  { operationName: 'Status' },
  { operationName: 'Other', variables: { deep: true } },
  { operationName: 'Nope' },
  { operationName: '', variables: {} },
  { variables: { n: null, b: null, names: null, deep: null } },
  { variables: { n: 'node-3', b: false, names: ['node-2'], states: ['HEALTHY'], deep: false, peer: 'node-4' } },
  { variables: { n: 5, b: 'no', names: [null], states: ['FINE'], deep: 1, i: { hostname: 5 }, c: 1 } },
  { variables: { names: 'node-2', i: { hostname: 'node-9', authorization: { header: 'secret-2' } }, c: [] } },
  { variables: { n: 'x', names: Array(1001).fill('a'), c: [{ url: 'ws://node-2:9933' }], unused: { deep: [1] } } },
];

const REQUESTS = [...DOCUMENTS, ...MUTATIONS].flatMap((query) => EXTRAS.map((extra): Request => ({ query, ...extra })));
const LOGINS = [
  ['a super user', ADMIN],
  ['somebody without rights', basic('viewer', 'sandbox')],
] as const;

describe('a request', () => {
  let harper: FakeHarper;
  const gateways: Gateway[] = [];

  beforeAll(async () => {
    harper = await startFakeHarper();
    for (const switches of SWITCHES) {
      const settings = {
        HARPER_URL: harper.url,
        PORT: '0',
        RATE_LIMIT: '100000000',
        LOGIN_FAILURES: '10000',
        LOGIN_FAILURES_IN_ALL: '10000',
        ...switches,
      };
      gateways.push(await startGateway(readConfig(settings), { logger: createLogger('silent') }));
    }
  });
  afterAll(async () => {
    for (const gateway of gateways) await gateway[Symbol.asyncDispose]();
    await harper[Symbol.asyncDispose]();
  });

  it('is one of at least 300', () => {
    expect(REQUESTS.length).toBeGreaterThanOrEqual(300);
  });

  it.each(LOGINS)(
    'of %s has the same result by every transport, with every switch on and off',
    { timeout: 120_000 },
    async (_, login) => {
      const clients = await Promise.all(gateways.map(({ url }) => openClients(url, login)));
      const [reference] = clients;
      if (reference === undefined) throw new Error('no gateway');
      const ask = async (from: Clients, transport: Transport, { query, ...rest }: Request) =>
        shown((await from.ask(transport, query, rest as never)).text);
      try {
        for (const request of REQUESTS) {
          const expected = await ask(reference, 'POST', request);
          expect(expected).not.toMatch(/secret-\d/);
          const transports = TRANSPORTS.filter(
            (each) => !(MUTATIONS.includes(request.query) && each !== 'POST' && each !== 'WebSocket'),
          );
          const answers = await Promise.all(
            clients.flatMap((from) => transports.map((transport) => ask(from, transport, request))),
          );
          for (const answer of answers) expect(answer, JSON.stringify(request).slice(0, 500)).toBe(expected);
        }
      } finally {
        for (const each of clients) await each[Symbol.asyncDispose]();
      }
    },
  );
});

/** A result without what differs from one request to the next: its id, and the moment. */
function shown(text: string): string {
  return text.replace(/"requestId":"[^"]*"/g, '"requestId":"…"').replace(/"20(?!20)\d\d-[^"]+Z"/g, '"…"');
}
