import process from 'node:process';

/*
 * Runs one of the clients of this folder: `node examples/clients/run.ts apollo`.
 * It prints what the cluster looks like, then every status or change until it is ended.
 */

const { PORT = '4000', LOGIN = 'admin:sandbox' } = process.env;
const { GATEWAY_URL = `http://127.0.0.1:${PORT}/graphql` } = process.env;

const { connect, codeOf } = await import(`./${process.argv[2] ?? 'apollo'}.ts`);
const client = connect(GATEWAY_URL, `Basic ${btoa(LOGIN)}`);

function fail(error: unknown): void {
  console.error(codeOf(error) ?? error);
  process.exitCode = 1;
}

try {
  if (client.status) console.log(await client.status());
  client.watch?.(console.log, fail);
  client.follow?.(console.log, fail);
} catch (error) {
  fail(error);
}
