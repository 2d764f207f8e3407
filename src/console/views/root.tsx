import type { ComponentChildren } from 'preact';
import { useErrorBoundary } from 'preact/hooks';
import type { ApiError } from '../api/errors.ts';
import { useApp } from '../parts/app-context.ts';
import { Frame } from '../parts/frame.tsx';
import { NameText } from '../parts/names.tsx';
import { Failure, Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { ExpiredView } from './expired.tsx';
import { LoginView } from './login.tsx';
import { VIEWS, viewOf } from './registry.ts';
import { WaitingView } from './waiting.tsx';

/** The page: the login, or the frame with the view that is selected. */
export function Root() {
  const { session } = useApp();
  const state = session.state.value;
  if (state.kind === 'out') return <LoginView isBusy={state.isBusy} error={state.error} />;
  const places = VIEWS.flatMap(({ path, place, needsChange }) =>
    place === undefined || (needsChange && !state.viewer.canChange) ? [] : [{ path, ...place }],
  );
  return (
    <>
      <Frame places={places}>
        <Selected />
      </Frame>
      {state.kind === 'expired' && <ExpiredView {...state} />}
    </>
  );
}

function Selected() {
  const { route, cluster, session } = useApp();
  const { path } = route.route.value;
  const state = session.state.value;
  const view = viewOf(path);
  if (cluster.refusal.value !== undefined) return <Forbidden error={cluster.refusal.value} />;
  if (view === undefined) return <NotFound />;
  if (view.needsChange && state.kind !== 'out' && !state.viewer.canChange)
    return <MayNotChange role={state.viewer.role} />;
  if (cluster.cluster.value === undefined) return <WaitingView />;
  const Selected = view.component;
  return (
    <Boundary key={path.join('\0')}>
      <Selected rest={path.slice(1)} />
    </Boundary>
  );
}

/** Keeps a fault of one view from taking the frame along, with what it says of the connection. */
function Boundary({ children }: { readonly children: ComponentChildren }) {
  const [fault, retry] = useErrorBoundary((error: unknown) => reportError(error));
  if (fault === undefined) return <>{children}</>;
  return (
    <Page title="This view has failed">
      <Notice tone="bad" title="The page could not show this. The other views go on.">
        <p>
          <bdi>{fault instanceof Error ? fault.message : String(fault)}</bdi>
        </p>
      </Notice>
      <button type="button" onClick={retry}>
        Try again
      </button>
    </Page>
  );
}

function Forbidden({ error }: { readonly error: ApiError }) {
  const { session } = useApp();
  return (
    <Page title="Not allowed">
      <Failure title="This login may not see the cluster." error={error} isRepeated={false} />
      <p>Harper shows its cluster to users with the role super_user only.</p>
      <button type="button" onClick={session.logOut}>
        Log in as somebody else
      </button>
    </Page>
  );
}

function MayNotChange({ role }: { readonly role: string }) {
  const { session, options } = useApp();
  return (
    <Page title="Not allowed">
      <Notice tone="info" title="This login may look at the cluster and not change it.">
        <p>
          Its role is <NameText name={role} />. {options.auth === 'token' ? FOR_TOKENS : FOR_USERS}
        </p>
      </Notice>
      <div class="actions">
        <button type="button" onClick={session.logOut}>
          Log in as somebody else
        </button>
        <a href="#/">Go to the overview</a>
      </div>
    </Page>
  );
}

const FOR_TOKENS = 'Changes need a token with the role operator.';
const FOR_USERS = 'Changes need a user of Harper with the role super_user.';

function NotFound() {
  return (
    <Page title="There is no such view">
      <p>
        The address may belong to another version. <a href="#/">Go to the overview</a>
      </p>
    </Page>
  );
}
