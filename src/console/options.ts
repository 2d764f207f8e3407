/** What the gateway tells the page about itself. */
export interface PageOptions {
  /** Which logins it takes: of Harper, a token of the gateway, or none. */
  readonly auth: 'password' | 'token' | 'none';
  /** The public login of the sandbox; undefined elsewhere. */
  readonly login: { readonly username: string; readonly password: string } | undefined;
  /** Whether GraphiQL is served beside the page. */
  readonly hasGraphiql: boolean;
  readonly version: string;
}

/** Reads the options out of JSON, and takes nothing for granted. */
export function readOptions(json: string): PageOptions {
  const read: unknown = JSON.parse(json);
  const { auth, login, graphiql, version } = isRecord(read) ? read : {};
  return {
    auth: auth === 'token' || auth === 'none' ? auth : 'password',
    login: readLogin(login),
    hasGraphiql: graphiql === true,
    version: typeof version === 'string' ? version : '',
  };
}

function readLogin(login: unknown): PageOptions['login'] {
  if (!isRecord(login)) return undefined;
  const { username, password } = login;
  return typeof username === 'string' && typeof password === 'string' ? { username, password } : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
