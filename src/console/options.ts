import { record } from './api/errors.ts';

/** What the gateway tells the page about itself. */
export interface PageOptions {
  /** Which logins it takes: of Harper, a token of the gateway, or none. */
  readonly auth: 'password' | 'token' | 'none';
  /** The public login of the sandbox; undefined elsewhere. */
  readonly login: { readonly username: string; readonly password: string } | undefined;
  /** Whether GraphiQL is served beside the page. */
  readonly hasGraphiql: boolean;
  readonly version: string;
  /** What is in the ETag of this version of the page; empty where the gateway does not say. */
  readonly tag: string;
  /** Whether it loads itself again when there is another version, as it does for who develops it. */
  readonly reloads: boolean;
}

/** Reads the options out of JSON, and takes nothing for granted. */
export function readOptions(json: string): PageOptions {
  const { auth, login, graphiql, version, tag, reloads } = record(JSON.parse(json));
  return {
    auth: auth === 'token' || auth === 'none' ? auth : 'password',
    login: readLogin(login),
    hasGraphiql: graphiql === true,
    version: typeof version === 'string' ? version : '',
    tag: typeof tag === 'string' ? tag : '',
    reloads: reloads === true,
  };
}

function readLogin(login: unknown): PageOptions['login'] {
  const { username, password } = record(login);
  return typeof username === 'string' && typeof password === 'string' ? { username, password } : undefined;
}
