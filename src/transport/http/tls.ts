import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Config } from '../../config/config.ts';
import type { Logger } from '../../observability/logger.ts';
import { watchFiles } from '../../util/watch-files.ts';
import { wantsWebSocket } from './upgrade.ts';

export interface ServerOptions {
  /** undefined: plain HTTP. */
  readonly tls: Config['tls'];
  readonly maxHeaderBytes: number;
  /** Milliseconds for a TLS handshake. */
  readonly handshakeTimeout: number;
  readonly logger: Logger;
}

/** Milliseconds between two looks for connections that are too slow. */
const CHECKING_INTERVAL = 2000;

/** Creates an HTTP server, with TLS where that is configured. Its files are read anew when they change. */
export function createHttpServer(
  options: ServerOptions,
  serve: RequestListener,
): { readonly server: Server; readonly stopWatching: () => void } {
  const { tls, logger } = options;
  const shared = {
    connectionsCheckingInterval: CHECKING_INTERVAL,
    maxHeaderSize: options.maxHeaderBytes,
    // Other upgrades are ignored; Node before 24.9 does not know this option (upgrade.ts).
    shouldUpgradeCallback: wantsWebSocket,
  };
  if (tls === undefined) return { server: createServer(shared, serve), stopWatching: () => undefined };
  const read = () => ({
    cert: readFileSync(tls.certFile),
    key: readFileSync(tls.keyFile),
    ...(tls.clientCaFile !== undefined && { ca: readFileSync(tls.clientCaFile) }),
  });
  const mutual = tls.clientCaFile === undefined ? {} : { requestCert: true, rejectUnauthorized: true };
  const secure = { minVersion: 'TLSv1.2', handshakeTimeout: options.handshakeTimeout } as const;
  const server = createTlsServer({ ...shared, ...mutual, ...read(), ...secure }, serve);
  const files = [tls.certFile, tls.keyFile, tls.clientCaFile].filter((path) => path !== undefined);
  const stopWatching = watchFiles(files, () => {
    try {
      // Connections that are open go on as they are.
      server.setSecureContext(read());
      logger.info('The TLS files have changed; new connections use them');
    } catch (error) {
      // Half a pair is seen where one file is exchanged before the other.
      logger.warn({ err: error }, 'The TLS files do not go together; the ones read before are used');
    }
  });
  return { server, stopWatching };
}
