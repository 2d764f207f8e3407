import type { ApiError, StepResult } from '../api/errors.ts';
import type { StateWord, Tone } from './words.ts';

/** What became of one step, and at which node. */
export interface Step extends StepResult {
  readonly at?: string | undefined;
}

/** What a change has answered. */
export interface ChangeResult {
  readonly node: string;
  readonly message: string;
  readonly partial: boolean;
  readonly emulated: boolean;
  readonly warnings: readonly string[];
  readonly steps: readonly Step[];
  readonly restartRequired: boolean;
}

/** What came of a change, and what to do then. */
export interface ShownResult {
  readonly tone: Tone;
  readonly title: string;
  readonly message: string;
  /** How it was made, where that is not as usual. */
  readonly note?: string;
  /** Sentences for whoever has to go on from there. */
  readonly advice: readonly string[];
  readonly warnings: readonly string[];
  readonly steps: readonly Step[];
  readonly error?: ApiError;
}

const AGAIN = 'Plan the same change again: the new plan holds only what is still missing.';
const EMULATED = 'This Harper lacks the operation: other operations did its job, one by one.';
const LOOK = 'It is not sent again by itself. Look at the cluster and at the history below, then plan again.';

export function shownResult(result: ChangeResult): ShownResult {
  const advice = [
    ...(result.partial ? [AGAIN] : []),
    ...(result.steps.some((step) => step.result === 'UNKNOWN')
      ? ['Look at the cluster first: one step may have been taken or not.']
      : []),
    ...(result.steps.some((step) => step.result === 'LOST')
      ? ['A node that is lost is no member any more: add it again.']
      : []),
    ...(result.restartRequired
      ? ['Harper reads its routes when it starts: restart the node for them to take effect.']
      : []),
  ];
  const { message, warnings, steps } = result;
  const common = { message, advice, warnings, steps, ...(result.emulated && { note: EMULATED }) };
  if (result.partial) return { ...common, tone: 'warn', title: 'It was made in part.' };
  if (warnings.length > 0) return { ...common, tone: 'warn', title: 'It was made, with warnings.' };
  return { ...common, tone: 'ok', title: 'It was made.' };
}

/** What an error means for a change: not made, or unknown. */
export function failureOf(error: ApiError): ShownResult {
  const { code, message, details } = error;
  const common = { message, warnings: [], steps: details.steps ?? [], error };
  if (details.outcomeUnknown === true || code === 'UNREACHABLE' || code === 'INVALID_ANSWER')
    return { ...common, tone: 'warn', title: 'It is not known whether it was made.', advice: [LOOK] };
  const { title, advice } = KNOWN.get(code) ?? {
    title: 'It was not made.',
    advice: 'Plan it again when the cause is gone.',
  };
  const wait = details.retryAfter === undefined ? [] : [`Wait ${details.retryAfter} s before.`];
  return { ...common, tone: 'bad', title, advice: [advice, ...wait] };
}

const KNOWN = new Map([
  ['NOT_SENT', { title: 'Nothing was sent.', advice: 'Plan it again when the gateway can be reached.' }],
  [
    'UNAUTHENTICATED',
    { title: 'The login is no longer accepted. Nothing was sent.', advice: 'Log in and plan it again.' },
  ],
  ['FORBIDDEN', { title: 'This login may not change the cluster.', advice: 'Ask an operator of the cluster.' }],
  ['OPERATION_REFUSED', { title: 'Harper has refused it.', advice: 'Mend what Harper names, then plan it again.' }],
  [
    'OPERATION_UNSUPPORTED',
    { title: 'This Harper cannot do it.', advice: 'Look into the documentation of its version.' },
  ],
  ['RATE_LIMITED', { title: 'Too many requests. Nothing was sent.', advice: 'Plan it again later.' }],
  ['LIMIT_EXCEEDED', { title: 'It is beyond a limit of the gateway. Nothing was sent.', advice: 'Make it smaller.' }],
]);

const RESULTS = new Map<string, StateWord>([
  ['DONE', { word: 'Done', tone: 'ok' }],
  ['PARTIAL', { word: 'In part', tone: 'warn' }],
  ['FAILED', { word: 'Failed', tone: 'bad' }],
  ['LOST', { word: 'Lost', tone: 'bad' }],
  ['UNKNOWN', { word: 'Unknown', tone: 'warn' }],
  ['NOT_RUN', { word: 'Not run', tone: 'off' }],
  ['CONFLICT', { word: 'Conflict', tone: 'warn' }],
  ['OPERATION_REFUSED', { word: 'Refused', tone: 'bad' }],
  ['FORBIDDEN', { word: 'Not allowed', tone: 'bad' }],
  ['BAD_USER_INPUT', { word: 'Wrong input', tone: 'bad' }],
]);

/** The result of a step, or the outcome of a mutation, in words. */
export function resultWord(result: string): StateWord {
  return RESULTS.get(result) ?? { word: result, tone: 'bad' };
}
