import { addressesOf, type HarperAddress, type HarperBackend } from './backend.ts';
import type { Config } from './config.ts';
import { isLoopback } from './values.ts';

/**
 * What an operator should know of a configuration: sentences that are logged at every start and shown by `gateway`.
 * @param backend the Harper that is called, which may be one of the sandbox
 */
export function warningsOf(backend: HarperBackend, config: Config): string[] {
  const { tls, discovery } = backend;
  const found = [...config.warnings];
  if (!tls.verify && tls.fingerprints === undefined && tls.fingerprintFile === undefined) {
    found.push('HARPER_TLS_VERIFY is off: whoever is between the gateway and Harper can read and change everything.');
  }
  if (config.callers.kind === 'anyone') {
    found.push('INSECURE_NO_AUTH is on: every process on this machine may change the cluster.');
  }
  const isOpen = ({ origin, socketPath }: HarperAddress) => {
    const { protocol, hostname } = new URL(origin);
    return protocol === 'http:' && socketPath === undefined && !isLoopback(hostname);
  };
  if (addressesOf(backend).some(isOpen)) {
    found.push('HARPER_URL is not https: logins and answers cross the network in clear text.');
  }
  if (discovery?.template.startsWith('http:')) {
    found.push('HARPER_DISCOVERY is not https: logins and answers cross the network in clear text.');
  }
  if (config.tls === undefined && !isLoopback(config.settings.HOST)) {
    found.push(
      'The gateway listens beyond this machine without TLS: ' +
        'put a TLS proxy before it, or set TLS_CERT_FILE and TLS_KEY_FILE.',
    );
  }
  return found;
}
