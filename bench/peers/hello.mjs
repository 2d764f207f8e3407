import { createServer } from 'node:http';
import process from 'node:process';
import { createSchema, createYoga } from 'graphql-yoga';

/* The smallest Yoga there is: the yardstick for a cold start. */

const schema = createSchema({
  typeDefs: 'type Query { hello: String }',
  resolvers: { Query: { hello: () => 'world' } },
});
const server = createServer(createYoga({ schema }));
server.listen(0, '127.0.0.1', () => process.stdout.write(`port ${server.address().port}\n`));
