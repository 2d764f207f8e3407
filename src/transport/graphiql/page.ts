/** What the page's script reads from the page. */
export interface PageOptions {
  readonly endpoint: string;
  readonly tabs: readonly { query: string; variables: string }[];
  /** Login to fill in; only the sandbox's, which everybody knows. */
  readonly login?: { readonly username: string; readonly password: string };
  /** How callers are known: by a Harper login, by a token of the gateway, or not at all. */
  readonly auth: 'password' | 'token' | 'none';
}

/** The GraphiQL page. Everything it loads comes from `assets`, a path of the gateway. */
export function renderPage(options: PageOptions, assets: string): string {
  // Inside a script element only "</" could end the data early.
  const data = JSON.stringify(options).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Harper cluster gateway</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assets}/graphiql.css">
<link rel="stylesheet" href="${assets}/page.css">
</head>
<body>
<form id="login" autocomplete="off">
<strong>Harper cluster gateway</strong>
${loginFields(options.auth)}
<output id="who" aria-live="polite"></output>
</form>
<div id="root">Loading GraphiQL …</div>
<script type="application/json" id="options">${data}</script>
<script src="${assets}/storage.js"></script>
<script src="${assets}/workers.js"></script>
<script src="${assets}/graphiql.js"></script>
<script src="${assets}/page.js"></script>
</body>
</html>
`;
}

function loginFields(auth: PageOptions['auth']): string {
  if (auth === 'none') return '';
  const user = '<label>User <input id="username" name="username" autocapitalize="off" spellcheck="false"></label>\n';
  const secret = auth === 'token' ? 'Token' : 'Password';
  return `${auth === 'token' ? '' : user}<label>${secret} <input id="password" name="password" type="password"></label>
<button type="submit">Log in</button>`;
}

/**
 * Runs before GraphiQL. What is typed into its tabs, variables with a password among them, is kept in memory and ends with the
 * page; what an earlier version has stored is deleted.
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

/** Style of the login bar. */
export const PAGE_CSS = `
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; font-family: system-ui, sans-serif; font-size: 14px; }
#login { display: flex; flex-wrap: wrap; gap: 12px; align-items: center; padding: 8px 16px; background: #1d2540; color: #fff; }
#login strong { margin-right: auto; }
#login input { font: inherit; padding: 3px 6px; border: 1px solid #7c87a8; border-radius: 4px; width: 10em; }
#login button { font: inherit; padding: 4px 12px; border: 0; border-radius: 4px; background: #fff; color: #1d2540; cursor: pointer; }
#who { min-width: 16em; }
#who[data-state="refused"] { color: #ffb3ab; }
#root { flex: 1; min-height: 0; }
.graphiql-logo { display: none; }
`;

/**
 * Script of the page: the login bar and GraphiQL's fetcher, by HTTP and, for subscriptions, WebSocket. The login stays in memory, never in storage; an Authorization
 * header in GraphiQL's own header editor wins over it.
 */
export const PAGE_SCRIPT = `'use strict';
(() => {
  const options = JSON.parse(document.getElementById('options').textContent);
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

  function isSubscription({ query, operationName }) {
    const operations = query.replace(/#.*/g, '').matchAll(/\\bsubscription\\b\\s*(\\w*)/g);
    return [...operations].some(([, name]) => !operationName || name === operationName);
  }

  // One WebSocket per running subscription, in the graphql-transport-ws protocol; the login travels in connection_init.
  function subscribe(params, extra) {
    return {
      subscribe(observer) {
        const socket = new WebSocket(new URL(options.endpoint, location.href.replace(/^http/, 'ws')), 'graphql-transport-ws');
        const send = (message) => socket.send(JSON.stringify(message));
        let over = false;
        const end = (result) => {
          if (over) return;
          over = true;
          if (result) observer.next(result);
          observer.complete();
          socket.close(1000);
        };
        socket.onopen = () => send({ type: 'connection_init', payload: headersFor(extra && extra.headers) });
        socket.onmessage = ({ data }) => {
          const { type, payload } = JSON.parse(data);
          if (type === 'connection_ack') send({ id: '1', type: 'subscribe', payload: params });
          else if (type === 'ping') send({ type: 'pong' });
          else if (type === 'next' && !over) observer.next(payload);
          else if (type === 'error') end({ errors: payload });
          else if (type === 'complete') end();
        };
        socket.onclose = ({ code }) => end({ errors: [{ message: 'The connection was closed (' + code + ').' }] });
        return {
          unsubscribe() {
            over = true;
            socket.close(1000);
          },
        };
      },
    };
  }

  async function request(params, extra) {
    const response = await fetch(options.endpoint, {
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

  async function logIn() {
    if (options.auth !== 'none') {
      const username = options.auth === 'token' ? '' : form.elements.username.value;
      const password = form.elements.password.value;
      const login = options.auth === 'token' ? 'Bearer ' + password : basic(username, password);
      authorization = username || password ? login : undefined;
      if (!authorization) return show('Not logged in.', 'out');
    }
    show('Logging in …', 'out');
    try {
      const { data, errors } = await request({ query: '{ viewer { username role isSuperUser } }' });
      if (!data) return show(errors[0].message, 'refused');
      const { username, role, isSuperUser } = data.viewer;
      const rights = isSuperUser ? 'super user' : options.auth === 'password' ? 'not a super user: may see nothing' : role;
      show(username ? 'Logged in as ' + username + ' (' + rights + ')' : 'No login is needed (' + rights + ')', 'in');
    } catch (error) {
      show('The gateway does not answer.', 'refused');
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    logIn();
  });
  if (options.login) {
    form.elements.username.value = options.login.username;
    form.elements.password.value = options.login.password;
  }
  logIn();

  YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
    title: 'Harper cluster',
    logo: '<span></span>',
    fetcher,
    defaultTabs: options.tabs,
    defaultEditorToolsVisibility: 'variables',
    isHeadersEditorEnabled: true,
    shouldPersistHeaders: false,
    schemaDescription: true,
  });
})();
`;
