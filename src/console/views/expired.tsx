import { useEffect, useRef } from 'preact/hooks';
import type { ApiError } from '../api/errors.ts';
import { useApp } from '../parts/app-context.ts';
import { LoginForm } from '../parts/login-form.tsx';
import type { Viewer } from '../state/session.ts';

interface ExpiredViewProps {
  readonly viewer: Viewer;
  readonly isBusy: boolean;
  readonly error: ApiError | undefined;
}

/** Asks for the login again over what is shown, so that nobody loses their place. */
export function ExpiredView({ viewer, isBusy, error }: ExpiredViewProps) {
  const { session } = useApp();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      class="expired"
      ref={dialog}
      aria-labelledby="expired-title"
      onCancel={(event) => {
        event.preventDefault();
      }}
    >
      <h2 id="expired-title">Log in again to go on</h2>
      <p>
        The login of <bdi>{viewer.username}</bdi> is no longer accepted: it has expired or was revoked. What is shown
        behind is how things were then.
      </p>
      <LoginForm isBusy={isBusy} error={error} username={viewer.username} />
      <button type="button" class="quiet" onClick={session.logOut}>
        Log out
      </button>
    </dialog>
  );
}
