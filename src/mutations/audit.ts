import { randomUUID } from 'node:crypto';
import { GatewayError } from '../errors.ts';
import type { MutationLog } from '../live/changelog/audit/mutation-log.ts';
import { createLinesWritten, type LinesWritten } from '../observability/lines-written.ts';
import type { Logger } from '../observability/logger.ts';
import { redact } from '../observability/redact.ts';
import type { Clock } from '../util/clock.ts';
import { type AuditEnd, begunRecord, endedRecord, refusedRecord } from './audit-record.ts';
import type { MutationResult } from './result.ts';

/**
 * Writes two log lines for each mutation, with the same `changeId`: one before anything is sent, one with what came of
 * it. A process that is killed in between leaves the first, which is waited for. Beside the lines a record is kept,
 * which is not waited for.
 */
export interface Audit {
  /**
   * Runs a mutation and writes its lines.
   * @param target what it changes: names of nodes, or hosts of routes, without secrets
   */
  record<T extends MutationResult>(
    mutation: string,
    target: string | readonly string[],
    run: () => Promise<T>,
  ): Promise<T>;
  /** Writes the line of a mutation that its caller may not run. */
  refused(mutation: string, target: string | readonly string[], error: GatewayError): void;
}

/** Where the audit lines of a gateway go. */
export interface AuditLog {
  readonly logger: Logger;
  readonly written: LinesWritten;
  readonly clock: Clock;
  /** Where the same is kept, to be asked for. */
  readonly records: MutationLog;
}

export interface AuditOptions {
  readonly requestId: string;
  /** Name of the caller; null where there is none. */
  readonly user: string | null;
}

/** Creates the log of audit lines. They are written at every LOG_LEVEL but `silent`. */
export function createAuditLog(logger: Logger, clock: Clock, records: MutationLog): AuditLog {
  if (logger.level === 'silent') return { logger, clock, records, written: async () => undefined };
  // The keys of an audit line are fixed and its texts are redacted here. Looking for secret keys takes nine tenths of
  // the time of a line (bench/queries.ts, row mutation).
  const child = logger.child({ audit: true }, { level: 'info', redact: [] });
  return { logger: child, clock, records, written: createLinesWritten(logger, clock) };
}

/** Creates the audit of one request. */
export function createAudit(log: AuditLog, { requestId, user }: AuditOptions): Audit {
  const { logger, written, clock, records } = log;
  return {
    refused(mutation, target, error) {
      const { code, message } = error;
      const line = { requestId, user, mutation, target };
      const end = { outcome: code, outcomeUnknown: false, reason: redact(message), durationMs: 0 };
      logger.info({ ...line, ...end }, 'A change');
      // What comes without a usable login is not kept: anybody could push out everything else with it.
      if (code === 'FORBIDDEN') records.put(refusedRecord(line, error, new Date(clock.date())));
    },
    async record(mutation, target, run) {
      const startedAt = clock.now();
      const line = { requestId, user, mutation, target };
      const changeId = randomUUID();
      const begun = begunRecord(changeId, line, new Date(clock.date()));
      logger.info({ changeId, ...line }, 'A change begins');
      records.put(begun);
      await written();
      const write = (details: Omit<AuditEnd, 'durationMs'>) => {
        const end = { ...details, durationMs: Math.round(clock.now() - startedAt) };
        logger.info({ changeId, ...line, ...end }, 'A change');
        records.put(endedRecord(begun, end));
      };
      try {
        const result = await run();
        const { partial, emulated, warnings } = result;
        const steps = 'steps' in result && { steps: result.steps as readonly object[] };
        write({ outcome: partial ? 'PARTIAL' : 'DONE', emulated, warnings, ...steps });
        return result;
      } catch (error) {
        const failure =
          error instanceof GatewayError ? error : new GatewayError('INTERNAL_SERVER_ERROR', 'Unexpected error.');
        const { outcomeUnknown = false, status, steps } = failure.details;
        write({ outcome: failure.code, outcomeUnknown, status, steps, reason: failure.message });
        throw error;
      }
    },
  };
}
