import { useRef, useState } from 'preact/hooks';
import type { ApiError } from '../api/errors.ts';
import type { Login } from '../state/session.ts';
import { useApp } from './app-context.ts';
import { Icon } from './icon.tsx';
import { MessageText } from './names.tsx';
import { Notice } from './notice.tsx';

interface LoginFormProps {
  readonly isBusy: boolean;
  readonly error: ApiError | undefined;
  /** The name to begin with; that of the sandbox when left out. */
  readonly username?: string;
}

/** Takes a login. It is read out of the fields when it is sent, and the fields are gone when it was accepted. */
export function LoginForm({ isBusy, error, username }: LoginFormProps) {
  const { session, options } = useApp();
  const form = useRef<HTMLFormElement>(null);
  const [isToken, setToken] = useState(options.auth === 'token');
  const mayChoose = options.auth === 'password';

  function submit(event: Event): void {
    event.preventDefault();
    if (form.current === null || isBusy) return;
    session.logIn(readLogin(new FormData(form.current), isToken)).catch((failure: unknown) => reportError(failure));
  }

  return (
    <form class="login-form" ref={form} onSubmit={submit} autocomplete="off">
      {mayChoose && (
        <fieldset class="choice">
          <legend class="hidden">Kind of login</legend>
          <Choice label="Password" isChosen={!isToken} onChoose={() => setToken(false)} />
          <Choice label="Token" isChosen={isToken} onChoose={() => setToken(true)} />
        </fieldset>
      )}
      {isToken ? (
        <label key="token">
          Token
          <input name="token" type="password" autocomplete="off" required spellcheck={false} />
        </label>
      ) : (
        <>
          <label key="username">
            User name
            <input
              name="username"
              type="text"
              defaultValue={username ?? options.login?.username ?? ''}
              autocomplete="username"
              autocapitalize="none"
              spellcheck={false}
              required
            />
          </label>
          <label key="password">
            Password
            <input
              name="password"
              type="password"
              defaultValue={options.login?.password ?? ''}
              autocomplete="current-password"
            />
          </label>
        </>
      )}
      <div aria-live="polite">{error !== undefined && <LoginFailure error={error} />}</div>
      <button type="submit" class="primary" disabled={isBusy}>
        <Icon name="key" />
        {isBusy ? 'Logging in …' : 'Log in'}
      </button>
    </form>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Choice({ label, isChosen, onChoose }: ChoiceProps) {
  return (
    <label>
      <input type="radio" name="kind" checked={isChosen} onChange={onChoose} />
      {label}
    </label>
  );
}

function LoginFailure({ error: { code, message } }: { readonly error: ApiError }) {
  const title = code === 'UNAUTHENTICATED' ? 'The login was not accepted.' : 'Nobody could check the login.';
  return (
    <Notice tone="bad" title={title}>
      <p>
        <MessageText text={message} />
      </p>
    </Notice>
  );
}

function readLogin(fields: FormData, isToken: boolean): Login {
  const read = (name: string) => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : '';
  };
  if (isToken) return { kind: 'token', token: read('token') };
  return { kind: 'password', username: read('username'), password: read('password') };
}
