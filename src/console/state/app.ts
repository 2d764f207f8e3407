import { computed, effect, type Signal, untracked } from '@preact/signals';
import { addressesFor } from '../api/addresses.ts';
import type { Live } from '../api/live.ts';
import type { PageOptions } from '../options.ts';
import { type ChangeFlow, createChangeFlow, type Stage } from './change-flow.ts';
import { type Changes, createChanges } from './changes.ts';
import { type Clock, createClock } from './clock.ts';
import { type ClusterStore, createClusterStore } from './cluster.ts';
import { type Connection, createConnection } from './connection.ts';
import { createPageVersion, type PageVersion } from './page-version.ts';
import { createRoute, type RouteStore } from './route.ts';
import { createSession, type Session } from './session.ts';
import { createTheme, type Theme } from './theme.ts';

/** Everything the page knows. Views read it, and none of it renders. */
export interface App {
  readonly options: PageOptions;
  readonly clock: Clock;
  readonly route: RouteStore;
  readonly session: Session;
  readonly connection: Connection;
  readonly cluster: ClusterStore;
  readonly changes: Changes;
  /** The change that this page is making. */
  readonly changing: ChangeFlow;
  readonly theme: Signal<Theme>;
  readonly version: PageVersion;
}

/** From when a change is planned until it has ended. */
const BUSY: ReadonlySet<Stage['kind']> = new Set(['planning', 'plan', 'running']);

export function createApp(options: PageOptions, window: Window): App {
  const { document } = window;
  const clock = createClock(document);
  const session = createSession(addressesFor(window.location.href), clock);
  const connection = createConnection(session, clock);
  const cluster = createClusterStore(session, connection, clock);
  const changes = createChanges(session, connection, clock);
  const changing = createChangeFlow(changes, clock, window);
  const app: App = {
    options,
    clock,
    session,
    connection,
    cluster,
    changes,
    changing,
    route: createRoute(window),
    theme: createTheme(document.documentElement),
    version: createPageVersion(options, connection, {
      window,
      isBusy: computed(() => BUSY.has(changing.stage.value.kind)),
    }),
  };
  followSession(app, document);
  logInAtStart(app);
  return app;
}

/** Keeps one socket for whoever is logged in. What is known stays while the same user logs in again. */
function followSession({ session, connection, cluster, changes, changing }: App, page: Document): void {
  let live: Live | undefined;
  let username: string | undefined;
  effect(() => {
    const state = session.state.value;
    untracked(() => {
      if (state.kind !== 'in') {
        live?.close();
        live = undefined;
        if (state.kind === 'expired') return;
      }
      const next = state.kind === 'out' ? undefined : state.viewer.username;
      if (next === undefined || next !== username) {
        connection.reset();
        cluster.reset();
        changes.reset();
        changing.reset();
      }
      username = next;
      if (next === undefined) return;
      live = connection.open();
      cluster.follow(live);
      changes.follow(live);
    });
  });
  page.addEventListener('visibilitychange', () => {
    if (page.visibilityState === 'visible') live?.retryNow();
  });
}

/** The login of the sandbox is public, and where no login is asked for there is nothing to type. */
function logInAtStart({ options: { auth, login }, session }: App): void {
  const first = auth === 'none' ? ({ kind: 'none' } as const) : login && ({ kind: 'password', ...login } as const);
  if (first === undefined) return;
  session.logIn(first).catch((error: unknown) => reportError(error));
}
