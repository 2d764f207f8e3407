/** Where GraphQL is. */
export interface Addresses {
  /** Also that of GraphiQL, for a browser. */
  readonly http: string;
  readonly socket: string;
}

/** Where GraphQL is for a page at an address: beside the page, whatever prefix a proxy has put before both. */
export function addressesFor(page: string): Addresses {
  const http = new URL('graphql', page);
  const socket = new URL(http);
  socket.protocol = http.protocol === 'https:' ? 'wss:' : 'ws:';
  return { http: http.href, socket: socket.href };
}
