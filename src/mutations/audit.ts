import { GatewayError } from '../errors.ts';
import type { Logger } from '../observability/logger.ts';
import { redact, withoutUserinfo } from '../observability/redact.ts';
import type { Outcome } from './result.ts';

/** Writes one line for each change that somebody asked for, whatever came of it. */
export interface Audit {
  /**
   * Runs a change and writes its line.
   * @param target what it is about: names of nodes or places of routes
   */
  record<T extends Outcome>(mutation: string, target: string | readonly string[], run: () => Promise<T>): Promise<T>;
  /** Writes the line of a change that its caller may not make. */
  refused(mutation: string, target: string | readonly string[], error: GatewayError): void;
}

export interface AuditOptions {
  /** A logger that writes these lines whatever its level is. */
  readonly logger: Logger;
  readonly requestId: string;
  /** Name of the caller; null where there is none. */
  readonly user: string | null;
}

/** A child of a logger that writes audit lines also where LOG_LEVEL would leave them out; `silent` stays silent. */
export function createAuditLogger(logger: Logger): Logger {
  return logger.level === 'silent' ? logger : logger.child({ audit: true }, { level: 'info' });
}

/** Creates the audit of one request. */
export function createAudit({ logger, requestId, user }: AuditOptions): Audit {
  return {
    refused(mutation, target, { code, message }) {
      const line = { requestId, user, mutation, target: shown(target), outcome: code, outcomeUnknown: false };
      logger.info({ ...line, reason: message, durationMs: 0 }, 'A change');
    },
    async record(mutation, target, run) {
      const begun = performance.now();
      const write = (outcome: string, details: object) => {
        const durationMs = Math.round(performance.now() - begun);
        logger.info({ requestId, user, mutation, target: shown(target), outcome, ...details, durationMs }, 'A change');
      };
      try {
        const result = await run();
        const steps = 'steps' in result ? { steps: result.steps } : {};
        write(result.partial ? 'PARTIAL' : 'DONE', { emulated: result.emulated, warnings: result.warnings, ...steps });
        return result;
      } catch (error) {
        const known = error instanceof GatewayError;
        const { outcomeUnknown = false, status, steps } = known ? error.extensions : {};
        write(known ? error.code : 'INTERNAL_SERVER_ERROR', {
          outcomeUnknown,
          ...(status !== undefined && { status }),
          ...(steps !== undefined && { steps }),
          reason: known ? error.message : 'Unexpected error.',
        });
        throw error;
      }
    },
  };
}

/** How many targets of one change are named, and how much of each: what is asked for may be anything. */
const MOST_TARGETS = 20;
const LONGEST_TARGET = 253;

function shown(target: string | readonly string[]): string | string[] {
  const clean = (text: string) => redact(withoutUserinfo(text.slice(0, LONGEST_TARGET)));
  if (typeof target === 'string') return clean(target);
  const rest = target.length - MOST_TARGETS;
  return [...target.slice(0, MOST_TARGETS).map(clean), ...(rest > 0 ? [`and ${rest} more`] : [])];
}
