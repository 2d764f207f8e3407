/** What the console reads from its page. */
export interface ConsoleOptions {
  /**
   * How callers are known. `password`: by a login of Harper, which is a user and password or a token. `token`: by a
   * token of the gateway. `none`: not at all.
   */
  readonly auth: 'password' | 'token' | 'none';
  /** Login to fill in; only the sandbox's, which everybody knows. */
  readonly login?: { readonly username: string; readonly password: string };
  /** Whether GraphiQL is served. */
  readonly graphiql: boolean;
  /** The version of the gateway. */
  readonly version: string;
}

/** What the page is told besides, which is known when it is made. */
interface PageVersion {
  /** What is in the ETag of the page. */
  readonly tag: string;
  /** Whether it loads itself again when there is another version, as it does for who develops it. */
  readonly reloads: boolean;
}

/**
 * The page of the console. It holds nothing that a caller has to be known for.
 * @param assets where everything that it loads is, relative to its own address
 */
export function renderConsolePage(options: ConsoleOptions & PageVersion, assets: string): string {
  // Inside a script element only "</" could end the data early.
  const data = JSON.stringify(options).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Harper cluster</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assets}/console.css">
<script type="module" src="${assets}/console.js"></script>
</head>
<body>
<div id="root"><main class="login"><h1>Harper cluster</h1><p class="muted">Loading …</p></main></div>
<noscript>This page needs JavaScript. What it shows is in GraphQL, too.</noscript>
<script type="application/json" id="options">${data}</script>
</body>
</html>
`;
}
