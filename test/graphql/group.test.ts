import { getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { groupOf } from '../../src/graphql/group.ts';

const DOCUMENT = parse(`
  subscription Changes($after: ID, $snapshot: Boolean, $nodes: [String!], $with: Boolean!) {
    connectionStatusChanged(after: $after, snapshot: $snapshot, nodes: $nodes) { cursor message @include(if: $with) }
  }
  subscription InFragment($nodes: [String!], $after: ID) { clusterStatus { ...F } }
  fragment F on ClusterStatus { connections(names: $nodes) { name } }
  subscription Odd($after: ID) { connectionStatusChanged(after: $after, nodes: [$after]) { cursor } }
`);

function group(name: string, variables: Record<string, unknown>, id = name.length): string {
  const definition = getOperationAST(DOCUMENT, name);
  if (!definition) throw new Error('no operation');
  return groupOf({ id, document: DOCUMENT, definition }, variables);
}

describe('the group of a subscriber', () => {
  const base = { after: 'a', snapshot: true, nodes: ['x'], with: true };

  it.each([
    ['another cursor', { after: 'b' }],
    ['no snapshot', { snapshot: false }],
    ['a variable that the operation does not use', { unused: 1 }],
  ])('is the same with %s', (_, change) => {
    expect(group('Changes', { ...base, ...change })).toBe(group('Changes', base));
  });

  it.each([
    ['another filter', { nodes: ['y'] }],
    ['another selection', { with: false }],
  ])('is another with %s', (_, change) => {
    expect(group('Changes', { ...base, ...change })).not.toBe(group('Changes', base));
  });

  it('is another where a variable is used in a fragment only', () => {
    expect(group('InFragment', { nodes: ['a'] })).not.toBe(group('InFragment', { nodes: ['b'] }));
  });

  it('is another for another operation, and where a cursor is used for more', () => {
    expect(group('Changes', base, 2)).not.toBe(group('Changes', base));
    expect(group('Odd', { after: 'a' })).not.toBe(group('Odd', { after: 'b' }));
  });
});
