import { readConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { ask, type Reply } from './stack.ts';

export const STATUS = '{ clusterStatus { nodeName } }';
export const REMOVE = 'mutation { removeNode(input: { hostname: "node-3" }) { message } }';

/** What a client can tell of a failure: the HTTP status, the code, and what it may do about it. */
export function summaryOf({ status, errors }: Reply) {
  const { code, outcomeUnknown, retryable } = errors[0]?.extensions ?? {};
  return [status, code, ...(outcomeUnknown ? ['outcome unknown'] : []), ...(retryable ? ['retryable'] : [])];
}

/** Asks a gateway of its own in front of the Harper at a URL. */
export async function askAt(url: string, query = STATUS, settings: Record<string, string> = {}): Promise<Reply> {
  const config = readConfig({}, { HARPER_URL: url, PORT: '0', ...settings });
  await using gateway = await startGateway(config, { logger: createLogger('silent') });
  return await ask(gateway.url, query);
}
