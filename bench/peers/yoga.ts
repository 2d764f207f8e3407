import { createServer } from 'node:http';
import process from 'node:process';
import { useServer } from 'graphql-ws/use/ws';
import { createSchema, createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { resolvers, typeDefs } from './schema.ts';

/* A plain GraphQL Yoga with graphql-ws, as their documentation has it. */

const schema = createSchema({ typeDefs, resolvers });
const yoga = createYoga({
  schema,
  logging: false,
  context: ({ request }) => ({ authorization: request?.headers.get('authorization') ?? '' }),
});
const server = createServer(yoga);
const sockets = new WebSocketServer({ server, path: '/graphql' });
useServer({ schema }, sockets);
server.listen(0, '127.0.0.1', () => process.stdout.write(`port ${(server.address() as { port: number }).port}\n`));
