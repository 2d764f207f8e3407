import { useEffect, useRef } from 'preact/hooks';
import { resultWord, type ShownResult, type Step } from '../model/change-result.ts';
import { Badge } from './badge.tsx';
import { MessageText, NameText } from './names.tsx';
import { Notice } from './notice.tsx';

/** What came of a change, and what to do then. */
export function ResultNotice({ result }: { readonly result: ShownResult }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { tone, title, message, note, advice, warnings, steps, error } = result;
  // What a step says is beside that step.
  const others = warnings.filter(
    (warning) => !steps.some(({ message: told }) => told !== '' && warning.endsWith(told)),
  );
  return (
    <div class="change-result">
      <h2 ref={heading} tabIndex={-1}>
        {title}
      </h2>
      <Notice tone={tone} title={<MessageText text={message} />}>
        {others.map((warning) => (
          <p key={warning}>
            <MessageText text={warning} />
          </p>
        ))}
        {note !== undefined && <p>{note}</p>}
        {advice.map((text) => (
          <p key={text}>
            <strong>What to do:</strong> {text}
          </p>
        ))}
        {error !== undefined && (
          <p class="muted">
            {error.code}
            {error.details.requestId !== undefined && ` · request ${error.details.requestId}`}
          </p>
        )}
      </Notice>
      <StepList steps={steps} />
    </div>
  );
}

/** What a step was to do, whatever became of it. Steps of a removal have no kind. */
const VERBS = new Map([
  ['ADD', 'Add'],
  ['UPDATE', 'Change'],
  ['REMOVE', 'Remove'],
]);

/** What became of each step. */
export function StepList({ steps }: { readonly steps: readonly Step[] }) {
  if (steps.length === 0) return null;
  return (
    <ol class="steps" aria-label="Steps">
      {steps.map(({ node, at, kind, result, message }, index) => (
        <li key={index} data-tone={resultWord(result).tone}>
          <Badge state={resultWord(result)} />
          <span>
            {VERBS.get(kind ?? 'REMOVE') ?? kind} <NameText name={node} />
            {at !== undefined && (
              <>
                {' at '}
                <NameText name={at} />
              </>
            )}
          </span>
          <span class="step-message">
            <MessageText text={message} />
          </span>
        </li>
      ))}
    </ol>
  );
}
