import type { ComponentChildren } from 'preact';
import type { ApiError } from '../api/errors.ts';
import type { Tone } from '../model/words.ts';
import { Icon, type IconName, ToneIcon } from './icon.tsx';
import { MessageText } from './names.tsx';

interface NoticeProps {
  readonly tone: Tone;
  readonly title: ComponentChildren;
  readonly icon?: IconName;
  readonly children?: ComponentChildren;
}

/** A box that says one thing, with an icon and a colour. */
export function Notice({ tone, title, icon, children }: NoticeProps) {
  return (
    <div class="notice" data-tone={tone}>
      {icon === undefined ? <ToneIcon tone={tone} /> : <Icon name={icon} />}
      <div>
        <p class="notice-title">{title}</p>
        {children}
      </div>
    </div>
  );
}

interface FailureProps {
  readonly title: string;
  readonly error: ApiError;
  /** Whether the page does not ask again by itself; it does when left out. */
  readonly isFinal?: boolean;
}

/** A failure, with what the gateway said of it. */
export function Failure({ title, error, isFinal = false }: FailureProps) {
  return (
    <Notice tone="bad" title={title}>
      <p>
        <MessageText text={error.message} />
      </p>
      <p class="muted">
        {error.code}
        {error.details.requestId !== undefined && ` · request ${error.details.requestId}`}
        {error.retryable && !isFinal && ' · is tried again'}
      </p>
    </Notice>
  );
}

/** What stands where something has not come yet. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <p class="loading" role="status">
      <span class="spinner" aria-hidden="true" />
      {what}
    </p>
  );
}

export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}
