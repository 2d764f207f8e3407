import { useEffect, useRef } from 'preact/hooks';
import { resultWord, type ShownResult, type Step } from '../model/change-result.ts';
import { Badge } from './badge.tsx';
import { MessageText, NameText } from './names.tsx';
import { Notice } from './notice.tsx';
import { kindWord } from './plan-diff.tsx';

/** What came of a change, and what to do then. */
export function ResultNotice({ result }: { readonly result: ShownResult }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { tone, title, message, advice, warnings, steps, error } = result;
  return (
    <div class="change-result">
      <h2 ref={heading} tabIndex={-1}>
        {title}
      </h2>
      <Notice tone={tone} title={<MessageText text={message} />}>
        {warnings.map((warning) => (
          <p key={warning}>
            <MessageText text={warning} />
          </p>
        ))}
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

/** What became of each step. */
export function StepList({ steps }: { readonly steps: readonly Step[] }) {
  if (steps.length === 0) return null;
  return (
    <ol class="steps" aria-label="Steps">
      {steps.map(({ node, at, kind, result, message }, index) => (
        <li key={index}>
          <Badge state={resultWord(result)} />{' '}
          <span>
            <NameText name={node} />
            {kind !== undefined && ` ${kindWord(kind).word.toLowerCase()}`}
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
