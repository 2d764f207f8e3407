import type { Page } from '../live/changelog/page.ts';

/** A page as Relay's connections have it. */
export function toConnection<E, N extends { readonly cursor: string }>(
  { events, ...page }: Page<E>,
  toNode: (event: E) => N,
) {
  const edges = events.map((event) => {
    const node = toNode(event);
    return { cursor: node.cursor, node };
  });
  return {
    edges,
    pageInfo: {
      hasNextPage: page.hasNext,
      hasPreviousPage: page.hasPrevious,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
