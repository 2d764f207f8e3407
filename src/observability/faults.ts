import { channel } from 'node:diagnostics_channel';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

/** Channel of node:diagnostics_channel on which each fault is published, as `{ error }`. */
export const FAULT_CHANNEL = 'harper-gateway:fault';

/** Reports an error that nothing has handled. It does not throw. */
export type ReportFault = (error: unknown) => void;

/**
 * Creates what a last-resort handler calls: each fault is logged without credentials, counted, and published.
 * What is to follow, such as stopping, is decided by whoever runs the gateway.
 */
export function createFaultReport(logger: Logger, { faults }: Pick<Metrics, 'faults'>): ReportFault {
  const published = channel(FAULT_CHANNEL);
  return (error) => {
    logger.fatal({ err: error }, 'A fault that nothing has handled');
    faults.inc({ part: 'process' });
    published.publish({ error });
  };
}
