import { type ClientOptions, createHarperClient, type HarperClient } from '../../src/harper/client.ts';
import { startTransport, type TransportOptions } from '../../src/harper/transport.ts';
import { createLogger } from '../../src/observability/logger.ts';

type Options = Partial<Pick<TransportOptions, 'connectTimeout' | 'traceHeaders'>> &
  Partial<Pick<ClientOptions, 'readTimeout' | 'writeTimeout' | 'statusConcurrency'>>;

/** A client of the operations API at an address, whose certificate is not verified. */
export function startHarperClient(origin: string, options: Options = {}): HarperClient {
  const logger = createLogger('silent');
  const transport = startTransport({
    backend: { kind: 'harper', origin, displayUrl: origin, tls: { verify: false } },
    ...{ connectionLifetime: 300_000, connectTimeout: 1000, maxResponseBytes: 1_000_000, logger },
    ...options,
  });
  return createHarperClient({
    ...{ transport, readTimeout: 5000, writeTimeout: 5000, statusConcurrency: 1, statusRetryAfter: 60_000, logger },
    ...options,
  });
}
