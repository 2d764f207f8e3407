import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { GatewayError } from '../errors.ts';
import type { MutationRecord, MutationStep } from '../live/changelog/audit/mutation-record.ts';
import { redact, redactDeep } from '../observability/redact.ts';

/** What a line of the audit says of a mutation when it begins. Its target is redacted already. */
export interface AuditLine {
  readonly requestId: string;
  readonly user: string | null;
  readonly mutation: string;
  readonly target: string | readonly string[];
}

/** What it says when the mutation ends. */
export interface AuditEnd {
  /** DONE, PARTIAL or an error code. */
  readonly outcome: string;
  readonly durationMs: number;
  readonly emulated?: boolean;
  /** HTTP status of the answer of Harper that it failed with. */
  readonly status?: number | undefined;
  readonly outcomeUnknown?: boolean;
  readonly reason?: string;
  readonly warnings?: readonly string[];
  readonly steps?: readonly object[] | undefined;
}

const GATEWAY = hostname();

/** Characters of a text of a record, of which there are many in memory. The line in the log has more of it. */
const MAX_LENGTH = 1000;

const clean = (text: string) => redact(text, [], MAX_LENGTH);

/** The record of a mutation that begins. */
export function begunRecord(changeId: string | null, line: AuditLine, begunAt: Date): MutationRecord {
  const { requestId, user, mutation, target } = line;
  return {
    id: changeId ?? randomUUID(),
    changeId,
    requestId: clean(requestId),
    user: user === null ? null : clean(user),
    mutation,
    targets: typeof target === 'string' ? [target] : target,
    begunAt,
    ...{ endedAt: null, outcome: null, outcomeUnknown: false, reason: null, warnings: [], steps: [], durationMs: null },
    gateway: GATEWAY,
  };
}

/** The same when it has ended. */
export function endedRecord(record: MutationRecord, end: AuditEnd): MutationRecord {
  const { outcome, durationMs, outcomeUnknown = false, reason, warnings = [], steps = [] } = end;
  return {
    ...record,
    ...{ outcome, durationMs, outcomeUnknown },
    endedAt: new Date(record.begunAt.getTime() + durationMs),
    reason: reason === undefined ? null : clean(reason),
    warnings: warnings.map(clean),
    steps: steps.map(stepOf),
  };
}

/** The record of a mutation that its caller may not run. */
export function refusedRecord(line: AuditLine, { code, message }: GatewayError, at: Date): MutationRecord {
  return endedRecord(begunRecord(null, line, at), { outcome: code, reason: message, durationMs: 0 });
}

/** What is known of a step, and nothing else that it may have. */
function stepOf(step: object): MutationStep {
  const { at, node, kind, result, message } = redactDeep(step, []) as Partial<Record<keyof MutationStep, unknown>>;
  return {
    at: typeof at === 'string' ? at : null,
    node: String(node ?? ''),
    kind: typeof kind === 'string' ? kind : null,
    result: String(result ?? ''),
    message: clean(String(message ?? '')),
  };
}
