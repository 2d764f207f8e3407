import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { formatHash } from '../model/route.ts';
import type { Theme } from '../state/theme.ts';
import { Announcer } from './announcer.tsx';
import { useApp } from './app-context.ts';
import { Icon, type IconName } from './icon.tsx';
import { NameText } from './names.tsx';
import { TrustBadge, TrustBanner } from './trust.tsx';
import { UpdateBanner } from './update-banner.tsx';

/** One entry of the navigation. */
export interface Place {
  readonly path: string;
  readonly title: string;
  readonly icon: IconName;
}

interface FrameProps {
  readonly places: readonly Place[];
  readonly children: ComponentChildren;
}

/** What is around every view: where one is, how old what is shown is, and who is logged in. */
export function Frame({ places, children }: FrameProps) {
  const { cluster } = useApp();
  useFocusOnNavigation();
  return (
    <div class="frame" data-trust={cluster.trust.value.kind}>
      <button type="button" class="skip" onClick={skip}>
        Skip to the content
      </button>
      <header class="bar">
        <a class="brand" href="#/">
          Harper cluster
        </a>
        {/* Whoever may see nothing does not wait for it. */}
        {cluster.refusal.value === undefined && <TrustBadge />}
        <div class="bar-end">
          <ThemeSwitch />
          <Account />
        </div>
      </header>
      <Navigation places={places} />
      <main id="main" tabIndex={-1}>
        <TrustBanner />
        <UpdateBanner />
        {children}
      </main>
      <Announcer />
    </div>
  );
}

/** A button and no link: the hash of the address holds what is selected. */
function skip(): void {
  document.getElementById('main')?.focus();
}

function Navigation({ places }: Pick<FrameProps, 'places'>) {
  const { route } = useApp();
  const [here = ''] = route.route.value.path;
  return (
    <nav class="nav" aria-label="Views">
      <ul>
        {places.map(({ path, title, icon }) => (
          <li key={path}>
            <a href={formatHash(path === '' ? [] : [path])} {...(path === here && { 'aria-current': 'page' as const })}>
              <Icon name={icon} />
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

const NEXT: ReadonlyMap<Theme, Theme> = new Map([
  ['system', 'light'],
  ['light', 'dark'],
  ['dark', 'system'],
]);

function ThemeSwitch() {
  const { theme } = useApp();
  const next = NEXT.get(theme.value) ?? 'system';
  const label = `Colours: ${theme.value}. Change to ${next}.`;
  return (
    <button
      type="button"
      class="quiet"
      title={label}
      aria-label={label}
      onClick={() => {
        theme.value = next;
      }}
    >
      <Icon name={theme.value} />
    </button>
  );
}

function Account() {
  const { session, options } = useApp();
  const state = session.state.value;
  if (state.kind === 'out') return null;
  const { username, role, canChange } = state.viewer;
  const rights = canChange ? 'may change the cluster' : 'may only look';
  return (
    <>
      <span class="account" title={`${username || 'Without a login'}, ${role}: ${rights}`}>
        {username !== '' && <NameText name={username} />}
        <span class="muted">{role}</span>
      </span>
      {options.auth !== 'none' && (
        <button type="button" class="quiet" title="Log out" aria-label="Log out" onClick={session.logOut}>
          <Icon name="out" />
        </button>
      )}
    </>
  );
}

/** Moves the focus to the heading of a view when somebody goes there, but not when the page is opened. */
function useFocusOnNavigation(): void {
  const { route } = useApp();
  const path = route.route.value.path.join('\0');
  const last = useRef(path);
  useEffect(() => {
    if (last.current === path) return;
    last.current = path;
    window.scrollTo(0, 0);
    document.getElementById('heading')?.focus();
  }, [path]);
}
