import { type DocumentNode, type ExecutionResult, execute, parse } from 'graphql';
import { createOracleContexts, type OracleContexts, type Product, schema, startProduct } from './adapter.ts';
import type { Request } from './documents.ts';
import { type FakeHarper, KNOWN_OPERATIONS, startFakeHarper } from './fake-harper.ts';
import { type Clients, openClients } from './transports.ts';

/** Login of the only user; the stand-in Harper takes any. */
const AUTHORIZATION = `Basic ${Buffer.from('admin:sandbox').toString('base64')}`;

/** A gateway, graphql-js with the gateway's schema, and the Harper that both ask. */
export interface DifferentialStack extends AsyncDisposable {
  readonly product: Product;
  readonly harper: FakeHarper;
  readonly contexts: OracleContexts;
  readonly clients: Clients;
}

/** Asks for each operation of Harper that queries use: what the gateway has learned of them is shown by `gateway`. */
const EVERY_OPERATION = '{ clusterStatus { nodeName } viewer { username } routes { url } gateway { mode } }';

/**
 * Starts everything; both sides know the same of Harper's operations then.
 * @param settings settings of the gateway that differ from the defaults
 */
export async function startDifferentialStack(settings: Record<string, string> = {}): Promise<DifferentialStack> {
  const started: AsyncDisposable[] = [];
  const stop = async () => {
    for (const each of started.reverse()) await each[Symbol.asyncDispose]();
  };
  const keep = <T extends AsyncDisposable>(each: T): T => {
    started.push(each);
    return each;
  };
  try {
    const harper = keep(await startFakeHarper());
    const product = keep(await startProduct(harper.url, settings));
    const contexts = keep(createOracleContexts(harper.url, AUTHORIZATION));
    const clients = keep(await openClients(product.url, AUTHORIZATION));
    const stack = { harper, product, contexts, clients, [Symbol.asyncDispose]: stop };
    await clients.ask('POST', EVERY_OPERATION, {});
    await plainResult(stack, parse(EVERY_OPERATION), {});
    return stack;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What graphql-js makes of a request. */
export async function plainResult(
  { contexts }: DifferentialStack,
  document: DocumentNode,
  { operationName, variables }: Request,
): Promise<ExecutionResult> {
  return execute({
    schema,
    document,
    operationName: operationName ?? null,
    // As they are read from the wire.
    variableValues: JSON.parse(JSON.stringify(variables ?? {})) as Record<string, unknown>,
    contextValue: contexts.create(),
  });
}

/** Operations that the stand-in Harper was called for and does not know: random documents only read. */
export function unknownCalls({ harper }: DifferentialStack): string[] {
  return [...harper.calls.keys()].filter((operation) => !KNOWN_OPERATIONS.includes(operation));
}
