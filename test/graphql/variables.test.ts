import fc from 'fast-check';
import { getOperationAST, getVariableValues, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import { createVariablesCheck } from '../../src/graphql/variables.ts';
import { schema } from '../../src/schema/schema.ts';

/** One operation for every kind of input that the schema has. */
const OPERATIONS = [
  'mutation($v: AddNodeInput!) { addNode(input: $v) { message } }',
  'mutation($v: UpdateNodeInput!) { updateNode(input: $v) { message } }',
  'mutation($v: ConfigureClusterInput!) { configureCluster(input: $v) { message } }',
  'mutation($v: SetRoutesInput!) { setRoutes(input: $v) { message } }',
  'query($v: [NodeInput!]!) { clusterPlan(connections: $v) { isNoop } }',
  'query($v: [String!], $w: [ConnectionState!]) { clusterStatus { connections(names: $v, states: $w) { name } } }',
  'query($v: String!) { peer(name: $v) { name } }',
  'query($v: Boolean!, $w: Boolean! = true) { viewer { username @include(if: $v) role @skip(if: $w) } }',
  'subscription($v: Int, $w: ID) { clusterStatus(minIntervalMs: $v) { state } }',
] as const;

function start(text: string, listLength = 1000) {
  const document = parse(text);
  const operation = getOperationAST(document) as OperationDefinitionNode;
  const limits = { MAX_LIST_LENGTH: listLength, MAX_STRING_LENGTH: 16_384, MAX_INPUT_DEPTH: 32 };
  const check = createVariablesCheck(schema, operation, limits);
  return {
    operation,
    fault(values: Record<string, unknown>): GatewayError | undefined {
      try {
        check(values);
        return undefined;
      } catch (error) {
        if (error instanceof GatewayError) return error;
        throw error;
      }
    },
  };
}

describe('variables that are too large are refused before anything works on them', () => {
  const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
  it.each([
    ['a text of a million characters', { v: 'x'.repeat(1_000_000) }, 'MAX_STRING_LENGTH'],
    ['one in an object', { v: { hostname: 'x'.repeat(20_000) } }, 'MAX_STRING_LENGTH'],
    ['lists 100 000 deep', { v: nested(100_000) }, 'MAX_INPUT_DEPTH'],
    ['lists 40 deep in a variable that is not declared', { other: nested(40) }, 'MAX_INPUT_DEPTH'],
  ])('%s', (_, values, limit) => {
    const fault = { code: 'LIMIT_EXCEEDED', details: { limit } };
    for (const text of OPERATIONS) expect(start(text).fault(values)).toMatchObject(fault);
  });
});

it('keeps those that the operation declares, and no others', () => {
  const check = (text: string, values: object) => {
    const definition = getOperationAST(parse(text)) as OperationDefinitionNode;
    const limits = { MAX_LIST_LENGTH: 9, MAX_STRING_LENGTH: 9, MAX_INPUT_DEPTH: 9 };
    return createVariablesCheck(schema, definition, limits)({ ...values });
  };
  const two = 'query($a: Boolean, $b: String) { viewer { username @include(if: $a) } peer(name: $b) { name } }';
  expect(check(two, { a: null, other: {}, constructor: 1 })).toEqual({ a: null });
  expect(check(two, { b: 'x', a: true })).toEqual({ a: true, b: 'x' });
  expect(check('{ viewer { username } }', { a: 1 })).toEqual({});
});

const names = fc.constantFrom(
  ...['hostname', 'url', 'verifyTls', 'authorization', 'basic', 'header', 'username', 'password', 'subscriptions'],
  ...['database', 'table', 'publish', 'subscribe', 'shard', 'startTime', 'routes', 'host', 'port', 'connections'],
  ...['expectedRevision', 'waitForConnected', 'constructor', '__proto__', 'toString', 'nope'],
);
const leaves = fc.oneof(
  fc.constantFrom(
    null,
    true,
    false,
    0,
    1,
    -1,
    1.5,
    2 ** 31,
    1e300,
    '',
    'a',
    'HEALTHY',
    'ws://a:1',
    '2026-01-31T08:30:00Z',
  ),
  fc.string(),
  fc.integer(),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    leaves,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(names, tie('value')), { maxLength: 5 }).map((entries) => {
      const object: Record<string, unknown> = {};
      // As JSON.parse makes it: `__proto__` is a field like any other.
      for (const [key, each] of entries)
        Object.defineProperty(object, key, { value: each, enumerable: true, configurable: true });
      return object;
    }),
  ),
}));

describe('the check of variables', () => {
  it.each(OPERATIONS)('takes what graphql-js takes, and nothing else: %s', (text) => {
    const { operation, fault } = start(text);
    const values = fc.record({ v: value, w: value }, { requiredKeys: [] }) as fc.Arbitrary<Record<string, unknown>>;
    fc.assert(
      fc.property(values, (variables) => {
        const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
        expect(fault(variables) === undefined).toBe(errors === undefined);
      }),
      { numRuns: 2000, seed: 20_261_126 },
    );
  });

  it('says where each fault is, and never what stood there', () => {
    const { fault } = start(OPERATIONS[0]);
    const { details, message } =
      fault({
        v: {
          hostname: { password: 'hush' },
          shard: 'hush',
          authorization: { basic: { username: 'hush' } },
          subscriptions: [{ database: 'd', table: 5, publish: true, subscribe: 'hush' }],
          'hush hush': 1,
          huh: 1,
        },
      }) ?? new GatewayError('BAD_REQUEST', '');
    expect(details.issues?.map(({ path }) => path.join('.')).sort()).toEqual([
      'input',
      'input',
      'input.authorization.basic.password',
      'input.hostname',
      'input.shard',
      'input.subscriptions.0.subscribe',
      'input.subscriptions.0.table',
    ]);
    expect(message).not.toContain('hush');
    expect(message).toContain('Field "huh" is not defined by type "AddNodeInput".');
  });

  it('refuses a list that is too long, at any depth, and one in a variable that nobody asks for', () => {
    const { fault } = start(OPERATIONS[0], 3);
    for (const variables of [
      { v: { hostname: 'a', subscriptions: [1, 2, 3, 4] } },
      { v: { hostname: 'a' }, unused: { deep: [[1, 2, 3, 4]] } },
    ]) {
      expect(fault(variables)).toMatchObject({ code: 'LIMIT_EXCEEDED', details: { limit: 'MAX_LIST_LENGTH' } });
    }
  });
});
