import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { LiveClusterDocument, NodeDetailDocument } from '../../src/console/graphql/graphql.ts';
import { graphiqlHref } from '../../src/console/parts/show-query.tsx';

/** What GraphiQL reads out of the address that a link leads to. */
function read(href: string, page: string) {
  const { pathname, hash } = new URL(href, page);
  const parts = new URLSearchParams(hash.slice(1).replaceAll('+', '%2B'));
  return { pathname, query: parts.get('query') ?? '', variables: parts.get('variables') };
}

describe('the query behind a panel', () => {
  it('is handed over whole, with its variables, to the GraphiQL beside the page', () => {
    const variables = { name: 'a+b & "c" %41 #é' };
    const href = graphiqlHref({ document: NodeDetailDocument, variables });
    const handed = read(href, 'https://ops.example/harper/console#/nodes/a');
    expect(handed.pathname).toBe('/harper/graphql');
    expect(parse(handed.query)).toMatchObject({ definitions: [{ name: { value: 'NodeDetail' } }, {}] });
    expect(JSON.parse(handed.variables ?? '')).toEqual(variables);
  });

  it('begins without the indent of the generator, and says nothing of variables where there are none', () => {
    const { query, variables } = read(graphiqlHref({ document: LiveClusterDocument }), 'http://localhost/console');
    expect(query.split('\n').slice(0, 2)).toEqual([
      'subscription LiveCluster($minIntervalMs: Int) {',
      '  cluster(minIntervalMs: $minIntervalMs) {',
    ]);
    expect(variables).toBeNull();
  });
});
