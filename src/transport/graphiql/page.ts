/** What the page's script reads from the page. */
export interface PageOptions {
  readonly tabs: readonly { query: string; variables: string }[];
  /** Login to fill in; only the sandbox's, which everybody knows. */
  readonly login?: { readonly username: string; readonly password: string };
  /**
   * How callers are known. `password`: by a login of Harper, which is a user and password or a token. `token`: by a
   * token of the gateway. `none`: not at all.
   */
  readonly auth: 'password' | 'token' | 'none';
}

/**
 * The GraphiQL page.
 * @param assets where everything that it loads is, relative to its own address
 */
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
<form id="login" autocomplete="off" data-kind="${options.auth}">
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

const KIND = `<label><span>Log in with</span> <select id="kind" name="kind">
<option value="password">user and password</option>
<option value="token">token of Harper</option>
</select></label>`;

const USER = `<label id="user">User
<input id="username" name="username" autocapitalize="off" spellcheck="false"></label>`;

function loginFields(auth: PageOptions['auth']): string {
  if (auth === 'none') return '';
  const secret = auth === 'token' ? 'Token' : 'Password';
  return `${auth === 'token' ? '' : `${KIND}\n${USER}`}
<label><span id="secret">${secret}</span> <input id="password" name="password" type="password"></label>
<button type="submit">Log in</button>`;
}

/** Style of the login bar, and of GraphiQL where its own does not fit the page. */
export const PAGE_CSS = `
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; font-family: system-ui, sans-serif; font-size: 14px; }
#login { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: center; padding: 8px 16px; }
#login { background: #1d2540; color: #fff; }
#login strong { margin-right: auto; }
#login label { display: flex; gap: 6px; align-items: center; white-space: nowrap; }
#login input, #login select { font: inherit; padding: 3px 6px; border: 1px solid #7c87a8; border-radius: 4px; }
#login input { width: 10em; min-width: 0; }
#login select { background: #fff; color: #000; }
#login button { font: inherit; padding: 4px 12px; border: 0; border-radius: 4px; cursor: pointer; }
#login button { background: #fff; color: #1d2540; }
#login[data-kind="token"] #user { display: none; }
#who { min-width: 16em; }
#who[data-state="refused"] { color: #ffb3ab; }
#root { flex: 1; min-height: 0; }

/* Its own height is that of the window, without regard to the login bar above it. */
#root .graphiql-container { width: 100%; height: 100%; }
#root .graphiql-logo { display: none; }
/* A tab that slides to its place is not where it was clicked. */
#root .graphiql-tab { flex: none; transform: none !important; }
/* All tabs are in sight. */
#root .graphiql-session-header { height: auto; align-items: flex-end; }
#root .graphiql-tabs { flex-wrap: wrap; row-gap: 4px; overflow: visible; }

/* On a narrow window the panes lie below each other. */
@media (max-width: 800px) {
  #login { padding: 8px; }
  #login label:has(input) { flex: 1 1 8em; }
  #login input { flex: 1; }
  /* Below this size phones enlarge the page when a field is typed into. */
  #login input, #login select { font-size: 16px; }
  #who { min-width: 0; }
  #root .graphiql-container .graphiql-container { flex-direction: column-reverse; }
  #root .graphiql-sidebar { flex-direction: row; width: auto; padding: 2px 8px; }
  #root .graphiql-sidebar > button { width: 36px; height: 36px; margin: 0 !important; }
  #root .graphiql-main { flex-direction: column; min-height: 0; overflow: hidden; }
  /* The documentation hides what is below it; while it is closed GraphiQL gives it that position. */
  #root .graphiql-plugin:not([style*="position: absolute"]) { flex: 1 0 100% !important; border: 0; }
  #root .graphiql-sessions { margin: 0; border-radius: 0; min-height: 0; }
  #root .graphiql-session-header { padding: 4px 4px 0; }
  #root .graphiql-tabs { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: thin; }
  #root .graphiql-tab { touch-action: pan-x !important; }
  #root #graphiql-session { flex-direction: column; min-height: 0; padding: 0 4px 4px; }
  #root .graphiql-horizontal-drag-bar { display: none; }
  #root .graphiql-editors, #root .graphiql-response { min-height: 0; overflow: hidden; }
  #root .graphiql-query-editor { padding: 8px 4px 4px 0; column-gap: 4px; min-height: 0; }
  #root .graphiql-editor-tools { padding: 0 4px; }
  #root .graphiql-editor-tool { padding: 4px 0; min-height: 0; }
  #root .graphiql-response { padding-top: 4px; }
}
@media (max-width: 480px) {
  #login label:has(select) span { position: absolute; clip-path: inset(50%); }
}
`;
