import { readFileSync } from 'node:fs';
import { type ClientRequest, get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import { type ConnectionOptions, connect } from 'node:tls';
import type { Config } from '../../config/config.ts';

/** Milliseconds that the gateway has for its answer. */
const TIMEOUT = 2500;

/**
 * Asks the gateway of this configuration, on this machine, for /health. One that wants certificates of its clients is
 * alive when it shows its own.
 * @throws Error that says why it is not well
 */
export async function askHealth({ settings: { HOST, PORT }, tls }: Config): Promise<void> {
  const anyAddress = new Map([
    ['0.0.0.0', '127.0.0.1'],
    ['::', '::1'],
  ]);
  const address = { host: anyAddress.get(HOST) ?? HOST, port: PORT };
  const common = { ...address, path: '/health', agent: false } as const;
  if (tls === undefined) return ask((onAnswer) => getHttp(common, onAnswer));
  // Its own certificate is the one to be shown, whoever has signed it and whatever host it names.
  const trust = { ca: readFileSync(tls.certFile), allowPartialTrustChain: true, checkServerIdentity: () => undefined };
  if (tls.clientCaFile !== undefined) return shakeHands({ ...address, ...trust });
  return ask((onAnswer) => getHttps({ ...common, ...trust }, onAnswer));
}

function ask(send: (onAnswer: (response: IncomingMessage) => void) => ClientRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = send((response) => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else reject(new Error(`/health answers ${response.statusCode}`));
    });
    request.on('error', reject);
    request.setTimeout(TIMEOUT, () => request.destroy(noAnswer()));
  });
}

function shakeHands(options: ConnectionOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(options, () => {
      resolve();
      socket.destroy();
    });
    socket.on('error', reject);
    socket.setTimeout(TIMEOUT, () => socket.destroy(noAnswer()));
  });
}

const noAnswer = () => new Error(`no answer within ${TIMEOUT} ms`);
