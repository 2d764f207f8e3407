import { readFileSync } from 'node:fs';
import type { TLSSocket } from 'node:tls';
import { buildConnector } from 'undici';
import type { HarperBackend } from '../config/backend.ts';
import { fingerprintList } from '../config/settings/setting.ts';
import type { Logger } from '../observability/logger.ts';
import { watchFiles } from '../util/watch-files.ts';

/** Opens a connection, as undici's pool wants it done. */
type Connect = ReturnType<typeof buildConnector>;

/** How the connections to one backend are opened, and what has become of them. */
export interface Connections {
  readonly connect: Connect;
  /** Counts how often a connection was opened while no other was open. */
  readonly epoch: number;
  /** Whether an error kept a connection from being opened: Harper has certainly not seen the request. */
  neverOpened(error: unknown): boolean;
  /** Whether an error ended a connection that had served requests before: most likely it was closed while idle. */
  wasUsed(error: Error): boolean;
  /** Ends the watch on the TLS files. */
  stop(): void;
}

export interface ConnectionsOptions {
  readonly backend: HarperBackend;
  /** Milliseconds for opening a connection, TLS included. */
  readonly timeout: number;
  readonly logger: Logger;
}

/**
 * Reads the TLS files and watches them: new connections use the new files, those that are open go on.
 * @throws an error where a file cannot be read
 */
export function startConnections({ backend, timeout, logger }: ConnectionsOptions): Connections {
  const neverOpened = new WeakSet<object>();
  const used = new WeakSet<Error>();
  let open = 0;
  let epoch = 0;
  const { caFile, client, fingerprintFile } = backend.tls;
  const files = [caFile, fingerprintFile, client?.certFile, client?.keyFile].filter((path) => path !== undefined);
  const stop = watchFiles(files, () => {
    try {
      connectNow = createConnect(backend, timeout);
    } catch (error) {
      // The old ones stay in use; a file that is half written is read again when it changes again.
      logger.warn({ err: error }, 'The TLS files for Harper have changed and cannot be read; the old ones stay in use');
    }
  });
  // After the watch has begun, so that no change is missed.
  let connectNow = createConnect(backend, timeout);

  return {
    connect(options, callback) {
      connectNow(options, (...[error, socket]) => {
        if (error) {
          neverOpened.add(error);
          callback(error, null);
          return;
        }
        socket.prependListener('error', (fault: Error) => {
          if (socket.bytesRead > 0) used.add(fault);
        });
        if (open === 0) epoch += 1;
        open += 1;
        socket.once('close', () => {
          open -= 1;
        });
        callback(null, socket);
      });
    },
    get epoch() {
      return epoch;
    },
    neverOpened: (error) => neverOpened.has(error as object),
    wasUsed: (error) => used.has(error),
    stop,
  };
}

function createConnect({ socketPath, tls }: HarperBackend, timeout: number): Connect {
  const pinned = fingerprintsOf(tls);
  const connect = buildConnector({
    timeout,
    ...(socketPath !== undefined && { socketPath }),
    // A pinned certificate needs no authority to sign it; it is compared below, with every connection.
    rejectUnauthorized: tls.verify && pinned === undefined,
    ...(pinned !== undefined && { maxCachedSessions: 0 }),
    ...(tls.caFile !== undefined && { ca: readFileSync(tls.caFile) }),
    ...(tls.client && { cert: readFileSync(tls.client.certFile), key: readFileSync(tls.client.keyFile) }),
  });
  if (pinned === undefined) return connect;
  return (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error || !socket) return callback(error ?? new Error('no socket'), null);
      const shown = (socket as TLSSocket).getPeerCertificate().fingerprint256?.replaceAll(':', '');
      if (shown !== undefined && pinned.includes(shown)) return callback(null, socket);
      socket.destroy();
      const mismatch = new Error('the certificate is none of the pinned ones');
      return callback(Object.assign(mismatch, { code: 'CERT_FINGERPRINT_MISMATCH' }), null);
    });
}

/**
 * The fingerprints of the only certificates taken; undefined where their signatures count.
 * @throws Error that names the setting where the file holds none, or holds something else
 */
function fingerprintsOf({ fingerprints, fingerprintFile }: HarperBackend['tls']): readonly string[] | undefined {
  if (fingerprintFile === undefined) return fingerprints;
  const { data, error } = fingerprintList.safeParse(readFileSync(fingerprintFile, 'utf8'));
  if (data === undefined) throw new Error(`HARPER_FINGERPRINT_FILE ${error.issues[0]?.message}`);
  return data;
}
