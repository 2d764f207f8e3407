import process from 'node:process';
import Fastify from 'fastify';
import mercurius from 'mercurius';
import { resolvers, typeDefs } from './schema.ts';

/* Mercurius with its JIT from the first query on, and its own subscriptions. */

const app = Fastify();
await app.register(
  mercurius as never,
  {
    schema: typeDefs,
    resolvers,
    jit: 1,
    subscription: { fullWsTransport: false },
    context: (request: { headers: { authorization?: string } }) => ({
      authorization: request.headers.authorization ?? '',
    }),
  } as never,
);
await app.listen({ port: 0, host: '127.0.0.1' });
process.stdout.write(`port ${(app.server.address() as { port: number }).port}\n`);
