import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { basic, startStack, VIEWER } from './support/stack.ts';

/** Secrets that occur nowhere else, so that finding one anywhere means it was leaked. */
const CALLER = 'caller-pa55-Q7';
const PEER = 'peer-pa55-Z3';
const HEADER = 'cGVlcjpoZWFkZXItcGE1NQ==';

const NODE =
  'hostname: "node-4", retainAuthorization: true, ' +
  `authorization: { basic: { username: "admin", password: "${PEER}" } }`;

/** Documents and variables that bring a secret to every place where a message could repeat it. */
const REQUESTS: [query: string, variables?: Record<string, unknown>][] = [
  [
    '{ clusterStatus { nodeName connections { name url subscriptions { table } } } routes { configured } ' +
      'viewer { username } gateway { backend { url lastError } } }',
  ],
  [
    `mutation { addNode(input: { ${NODE} }) ` +
      '{ message warnings peer { name url } clusterStatus { connections { name } } } }',
  ],
  [
    `mutation { updateNode(input: { hostname: "node-4", authorization: { header: "Basic ${HEADER}" } }) ` +
      '{ message warnings } }',
  ],
  [`mutation { configureCluster(input: { connections: [{ ${NODE} }] }) { message warnings } }`],
  // Coercion, validation and syntax errors, which graphql-js writes the offending value into.
  [
    'mutation($i: AddNodeInput!) { addNode(input: $i) { message } }',
    { i: { hostname: 'a', authorization: { basic: { username: 'u', password: { x: PEER } } } } },
  ],
  ['mutation($i: AddNodeInput!) { addNode(input: $i) { message } }', { i: { hostname: 'a', authorization: PEER } }],
  [
    'mutation($i: AddNodeInput!) { addNode(input: $i) { message } }',
    { i: { hostname: 'a', authorization: { basic: { username: 'u', password: PEER }, header: PEER } } },
  ],
  [
    'mutation($i: AddNodeInput!) { addNode(input: $i) { message } }',
    { i: { authorization: { basic: { username: '', password: PEER } } } },
  ],
  ['mutation($i: AddNodeInput!) { addNode(input: $i) { message } }', { i: PEER }],
  [`mutation { addNode(input: { hostname: "a", shard: "${PEER}" }) { message } }`],
  [`mutation { addNode(input: { hostname: "a", authorization: { basic: "${PEER}" } }) { message } }`],
  [`mutation { addNode(input: { hostname: "a", authorization: { basic: { username: "u", password: "${PEER}" } `],
  [`mutation { addNode("${PEER}") }`],
  [`mutation { addNode(input: { url: "ws://u:${PEER}@a" }) { message } }`],
];

/** What Harper knows of the secrets in a request, as its own message might repeat it. */
function secretsOfRequest(as: string, query: string, variables?: Record<string, unknown>): string {
  const sent = JSON.stringify([query, variables]);
  const password = as.startsWith('Basic ') ? atob(as.slice(6)).replace(/^[^:]*:/, '') : '';
  return [
    as,
    as.slice(as.indexOf(' ') + 1),
    password,
    ...[PEER, HEADER].filter((secret) => sent.includes(secret)),
  ].join(' ');
}

describe('credentials', () => {
  it('appear in nothing that the gateway answers or logs, whatever Harper does with them', {
    timeout: 180_000,
  }, async () => {
    const printed: string[] = [];
    for (const dialect of ['4.7', '5.2'] as const) {
      await using stack = await startStack({
        sandbox: { dialect, spares: 1 },
        settings: { READ_TIMEOUT: '200', WRITE_TIMEOUT: '200' },
      });
      const user = { username: 'root', password: CALLER, role: 'super_user', superUser: true, active: true };
      stack.sandbox.logins.add(user);
      const { faults } = stack.sandbox.node('node-1');
      const tokens = stack.sandbox.logins.issue(user);
      const callers = [
        basic('root', CALLER),
        `Bearer ${tokens.operation_token}`,
        VIEWER,
        basic('root', `${CALLER}-wrong`),
        `Digest ${CALLER}`,
      ];
      const trouble = [
        () => undefined,
        (echo: string) => faults.add('*', { kind: 'answer', status: 500, body: { error: `no: ${echo}` } }),
        (echo: string) =>
          faults.add('*', {
            kind: 'answer',
            body: { message: `done but there was an error updating target node: ${echo}` },
          }),
        () => faults.add('*', { kind: 'garble' }),
        () => faults.add('*', { kind: 'reset' }),
        () => faults.add('*', { kind: 'hang' }),
      ];
      for (const make of trouble) {
        for (const as of make === trouble[0] ? callers : callers.slice(0, 2)) {
          for (const [query, variables] of REQUESTS) {
            make(secretsOfRequest(as, query, variables));
            const { text, headers } = await stack.ask(query, { as, ...(variables && { variables }) });
            printed.push(text, inspect([...headers]));
            faults.clear();
          }
        }
      }
      printed.push(...stack.logs);
      printed.push(
        ...[...tokens.operation_token.split('.').slice(1), tokens.refresh_token]
          .filter((secret) => printed.some((text) => text.includes(secret)))
          .map(() => `LEAKED ${CALLER}`),
      );
    }
    expect(printed.length).toBeGreaterThan(300);
    const secrets = [CALLER, PEER, HEADER, basic('root', CALLER).slice(6)];
    const leaks = printed.filter((text) => secrets.some((secret) => text.includes(secret)));
    expect(leaks).toEqual([]);
  });
});
