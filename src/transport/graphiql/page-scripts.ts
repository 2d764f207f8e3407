import { HANDED_OVER } from './handed-over-script.ts';
import { EVENT_LOG, IS_SUBSCRIPTION, SUBSCRIBE } from './subscription-scripts.ts';
import { TAB_BAR } from './tab-bar-script.ts';

/**
 * Runs before GraphiQL. What is typed into its tabs, variables with a password among them, is kept in memory and ends
 * with the page. What an earlier version has stored is deleted.
 */
export const STORAGE_SCRIPT = `'use strict';
(() => {
  const stored = window.localStorage;
  for (const key of Object.keys(stored)) if (key.startsWith('graphiql:')) stored.removeItem(key);
  class Memory {
    getItem(key) {
      return Object.hasOwn(this, key) ? this[key] : null;
    }
    setItem(key, value) {
      this[key] = String(value);
    }
    removeItem(key) {
      delete this[key];
    }
    clear() {
      for (const key of Object.keys(this)) delete this[key];
    }
  }
  Object.defineProperty(window, 'localStorage', { value: new Memory() });
})();
`;

/** Tells Monaco, GraphiQL's editor, where its workers are: beside this script. */
export function workersScript(names: readonly string[]): string {
  return `'use strict';
(() => {
  const base = document.currentScript.src.replace(/[^/]*$/, '');
  const names = new Set(${JSON.stringify(names)});
  self.MonacoEnvironment = {
    globalAPI: false,
    getWorkerUrl: (_, label) => base + 'worker-' + (names.has(label) ? label : 'editorWorkerService') + '.js',
  };
})();
`;
}

/**
 * Script of the page: the login bar and GraphiQL's fetcher, by HTTP and, for subscriptions, WebSocket. The endpoint is
 * at the page's own address, whatever a proxy has made of it. The login stays in memory, never in storage; an
 * Authorization header in GraphiQL's own header editor wins over it.
 */
export const PAGE_SCRIPT = `'use strict';
(() => {
  const options = JSON.parse(document.getElementById('options').textContent);
  const endpoint = location.origin + location.pathname;
  const form = document.getElementById('login');
  const who = document.getElementById('who');
  let authorization;

  function basic(username, password) {
    const bytes = new TextEncoder().encode(username + ':' + password);
    return 'Basic ' + btoa(String.fromCharCode(...bytes));
  }

  function headersFor(extra) {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    if (authorization) headers.authorization = authorization;
    for (const [name, value] of Object.entries(extra || {})) headers[name.toLowerCase()] = value;
    return headers;
  }
${IS_SUBSCRIPTION}${EVENT_LOG}${SUBSCRIBE}${HANDED_OVER}${TAB_BAR}
  async function request(params, extra) {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: headersFor(extra && extra.headers),
      body: JSON.stringify(params),
      credentials: 'omit',
    });
    return response.json();
  }

  const fetcher = (params, extra) => (isSubscription(params) ? subscribe(params, extra) : request(params, extra));

  function show(text, state) {
    who.textContent = text;
    who.dataset.state = state;
  }

  /** The Authorization header of what stands in the form; undefined where nothing does. */
  function typedLogin() {
    const { username, password } = form.elements;
    if (form.dataset.kind === 'token') return password.value ? 'Bearer ' + password.value.trim() : undefined;
    return username.value || password.value ? basic(username.value, password.value) : undefined;
  }

  function rightsOf({ role, isSuperUser }) {
    if (isSuperUser) return 'super user';
    return options.auth === 'password' ? 'not a super user: may see nothing' : role;
  }

  async function logIn() {
    if (options.auth !== 'none') {
      authorization = typedLogin();
      if (!authorization) return show('Not logged in.', 'out');
    }
    show('Logging in …', 'out');
    try {
      const { data, errors } = await request({ query: '{ viewer { username role isSuperUser } }' });
      if (!data || !data.viewer) return show(errors[0].message, 'refused');
      const { username } = data.viewer;
      const rights = rightsOf(data.viewer);
      show(username ? 'Logged in as ' + username + ' (' + rights + ')' : 'No login is needed (' + rights + ')', 'in');
    } catch (error) {
      show('The gateway does not answer.', 'refused');
    }
  }

  function choose(kind) {
    form.dataset.kind = kind;
    form.elements.password.value = '';
    document.getElementById('secret').textContent = kind === 'token' ? 'Token' : 'Password';
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    logIn();
  });
  if (form.elements.kind) form.elements.kind.addEventListener('change', ({ target }) => choose(target.value));
  if (options.login) {
    form.elements.username.value = options.login.username;
    form.elements.password.value = options.login.password;
  }
  logIn();

  const handed = handedOver(location.hash);
  const tabs = handed ? [handed, ...options.tabs] : options.tabs;
  if (handed) history.replaceState(null, '', location.pathname);
  // The tabs are there once and for all: what is handed over later comes with a new page.
  window.addEventListener('hashchange', () => handedOver(location.hash) && location.reload());

  const root = document.getElementById('root');
  tendTabs(root);
  YogaGraphiQL.renderYogaGraphiQL(root, {
    title: 'Harper cluster',
    logo: '<span></span>',
    fetcher,
    defaultTabs: tabs,
    variables: tabs[0].variables,
    // What is typed stays out of the address. The gateway would answer that with a result instead of the page.
    onEditQuery: () => {},
    // Where there is little room, variables are shown when they are asked for.
    defaultEditorToolsVisibility: matchMedia('(max-width: 800px)').matches ? false : 'variables',
    isHeadersEditorEnabled: true,
    shouldPersistHeaders: false,
    schemaDescription: true,
  });
})();
`;
