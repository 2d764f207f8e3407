import { randomUUID } from 'node:crypto';
import { GatewayError } from '../errors.ts';
import { createLinesWritten, type LinesWritten } from '../observability/lines-written.ts';
import type { Logger } from '../observability/logger.ts';
import { redact, withoutUserinfo } from '../observability/redact.ts';
import type { Clock } from '../util/clock.ts';
import type { MutationResult } from './result.ts';

/**
 * Writes two log lines for each mutation, with the same `changeId`: one before anything is sent, one with what came of
 * it. A process that is killed in between leaves the first, which is waited for.
 */
export interface Audit {
  /**
   * Runs a mutation and writes its lines.
   * @param target what it changes: names of nodes, or hosts of routes
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
}

export interface AuditOptions {
  readonly requestId: string;
  /** Name of the caller; null where there is none. */
  readonly user: string | null;
}

/** Creates the log of audit lines. They are written at every LOG_LEVEL but `silent`. */
export function createAuditLog(logger: Logger, clock: Clock): AuditLog {
  if (logger.level === 'silent') return { logger, clock, written: async () => undefined };
  // The keys of an audit line are fixed and its texts are redacted here. Looking for secret keys takes nine tenths of
  // the time of a line (bench/queries.ts, row mutation).
  const child = logger.child({ audit: true }, { level: 'info', redact: [] });
  return { logger: child, clock, written: createLinesWritten(logger, clock) };
}

/** Creates the audit of one request. */
export function createAudit({ logger, written, clock }: AuditLog, { requestId, user }: AuditOptions): Audit {
  return {
    refused(mutation, target, { code, message }) {
      const line = { requestId, user, mutation, target: targetForLog(target), outcome: code, outcomeUnknown: false };
      logger.info({ ...line, reason: redact(message), durationMs: 0 }, 'A change');
    },
    async record(mutation, target, run) {
      const startedAt = clock.now();
      const change = { changeId: randomUUID(), requestId, user, mutation, target: targetForLog(target) };
      logger.info(change, 'A change begins');
      await written();
      const write = (outcome: string, details: object) => {
        const durationMs = Math.round(clock.now() - startedAt);
        logger.info({ ...change, outcome, ...details, durationMs }, 'A change');
      };
      try {
        const result = await run();
        const { partial, emulated, warnings } = result;
        write(partial ? 'PARTIAL' : 'DONE', { emulated, warnings, ...('steps' in result && { steps: result.steps }) });
        return result;
      } catch (error) {
        const failure =
          error instanceof GatewayError ? error : new GatewayError('INTERNAL_SERVER_ERROR', 'Unexpected error.');
        const { outcomeUnknown = false, status, steps } = failure.details;
        write(failure.code, { outcomeUnknown, status, steps, reason: failure.message });
        throw error;
      }
    },
  };
}

/** Targets named in one line, and characters of each: a caller may send any number and length. */
const MAX_TARGETS = 20;
const MAX_TARGET_LENGTH = 253;

function targetForLog(target: string | readonly string[]): string | string[] {
  const clean = (text: string) => redact(withoutUserinfo(text), [], MAX_TARGET_LENGTH);
  if (typeof target === 'string') return clean(target);
  const rest = target.length - MAX_TARGETS;
  return [...target.slice(0, MAX_TARGETS).map(clean), ...(rest > 0 ? [`and ${rest} more`] : [])];
}
