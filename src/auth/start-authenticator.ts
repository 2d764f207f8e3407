import type { CallersConfig } from '../config/callers.ts';
import { createAnyoneAuthenticator } from './anyone.ts';
import type { Authenticator } from './authenticator.ts';
import { createForwardAuthenticator, type ForwardOptions } from './forward.ts';
import { type ServiceOptions, startServiceAuthenticator } from './service.ts';

export interface AuthenticatorOptions extends ForwardOptions, Pick<ServiceOptions, 'logger'> {
  readonly callers: CallersConfig;
}

/**
 * Starts the authenticator of the configured mode.
 * @throws Error that names the setting when a file with tokens or keys is wrong
 */
export function startAuthenticator({ callers, ...options }: AuthenticatorOptions): Authenticator {
  if (callers.kind === 'forward') return createForwardAuthenticator(options);
  if (callers.kind === 'anyone') return createAnyoneAuthenticator();
  return startServiceAuthenticator({ ...options, ...callers });
}
