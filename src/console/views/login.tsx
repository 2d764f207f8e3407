import type { ApiError } from '../api/errors.ts';
import { useApp } from '../parts/app-context.ts';
import { LoginForm } from '../parts/login-form.tsx';
import { Failure, Loading } from '../parts/notice.tsx';

interface LoginViewProps {
  readonly isBusy: boolean;
  readonly error: ApiError | undefined;
}

/** What there is before somebody has logged in. */
export function LoginView({ isBusy, error }: LoginViewProps) {
  const { options } = useApp();
  return (
    <main class="login" id="main">
      <h1>Harper cluster</h1>
      {options.auth === 'none' ? (
        <WithoutLogin isBusy={isBusy} error={error} />
      ) : (
        <>
          <p class="muted">{HINTS[options.auth]}</p>
          <LoginForm isBusy={isBusy} error={error} />
          {options.login !== undefined && <p class="muted">This is the sandbox: its login is filled in.</p>}
        </>
      )}
      <p class="muted small">
        {options.auth !== 'none' && 'The login is kept in memory until the page is closed. '}
        Gateway {options.version}
      </p>
    </main>
  );
}

const HINTS = {
  password: 'Log in as a user of Harper with the role super_user.',
  token: 'Log in with a token of the gateway.',
};

function WithoutLogin({ isBusy, error }: LoginViewProps) {
  const { session } = useApp();
  const retry = () => {
    session.logIn({ kind: 'none' }).catch((failure: unknown) => reportError(failure));
  };
  if (error === undefined) return <Loading what="Asking the gateway …" />;
  return (
    <>
      <Failure title="The gateway could not be asked." error={error} isFinal />
      <button type="button" onClick={retry} disabled={isBusy}>
        Try again
      </button>
    </>
  );
}
