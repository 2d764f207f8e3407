import { readFileSync } from 'node:fs';
import { type ClientRequest, get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps, type RequestOptions } from 'node:https';
import type { Config } from '../../config/config.ts';

/** Milliseconds that the gateway has for its answer. */
const TIMEOUT = 2500;

/** What a gateway that wants certificates of its clients ends a handshake with: it is alive. */
const WANTS_CERTIFICATE = new Set([
  'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
  'ERR_SSL_TLSV1_ALERT_HANDSHAKE_FAILURE',
]);

/**
 * Asks the gateway of this configuration, on this machine, for /health.
 * @throws Error that says why it is not well
 */
export async function askHealth({ settings: { HOST, PORT }, tls }: Config): Promise<void> {
  const anyAddress = new Map([
    ['0.0.0.0', '127.0.0.1'],
    ['::', '::1'],
  ]);
  const common = { host: anyAddress.get(HOST) ?? HOST, port: PORT, path: '/health', agent: false } as const;
  if (tls === undefined) return ask((onAnswer) => getHttp(common, onAnswer));
  // Its own certificate is the one to be shown, whoever has signed it and whatever host it names.
  const trust = { ca: readFileSync(tls.certFile), allowPartialTrustChain: true, checkServerIdentity: () => undefined };
  const asked = ask((onAnswer) => getHttps({ ...common, ...trust } satisfies RequestOptions, onAnswer));
  return asked.catch((error: NodeJS.ErrnoException) => {
    if (tls.clientCaFile === undefined || !WANTS_CERTIFICATE.has(error.code ?? '')) throw error;
  });
}

function ask(send: (onAnswer: (response: IncomingMessage) => void) => ClientRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = send((response) => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else reject(new Error(`/health answers ${response.statusCode}`));
    });
    request.on('error', reject);
    request.setTimeout(TIMEOUT, () => request.destroy(new Error(`no answer within ${TIMEOUT} ms`)));
  });
}
