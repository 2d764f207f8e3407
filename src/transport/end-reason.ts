import { GatewayError } from '../errors.ts';
import { GatewayStopping } from '../live/hub.ts';

/** Why a stream has ended, as the metrics name it: client, stopping, or a code of the catalogue. */
export function endReason(error: unknown): string {
  if (error === undefined) return 'client';
  if (error instanceof GatewayStopping) return 'stopping';
  return error instanceof GatewayError ? error.code : 'INTERNAL_SERVER_ERROR';
}
