import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { ACTIONS, type Action, cutOptionsOf, Refusal } from './actions.ts';
import { byName } from './names.ts';
import type { SandboxNode } from './node.ts';
import type { Sandbox } from './sandbox.ts';
import { close, listen } from './server.ts';

/** The control server of a sandbox. */
export interface SandboxControl extends AsyncDisposable {
  /** Where it listens, on loopback. */
  readonly url: string;
}

/**
 * Starts a small HTTP server by which a person takes nodes down, cuts them from one another and brings them back while
 * watching: `curl -X POST <url>/node-2/kill`. `curl <url>` shows the state of all, and everything that can be done.
 * @param port loopback port to listen on; 0 takes a free one
 */
export async function startSandboxControl(sandbox: Sandbox, port: number): Promise<SandboxControl> {
  const server = createServer((req, res) => {
    if (isForeign(req)) {
      reply(res, 403, 'Only for this machine, and not for web pages.\n');
      return;
    }
    act(sandbox, req)
      .then((text) => reply(res, 200, text))
      .catch((error: unknown) => {
        const status = error instanceof Refusal ? error.status : 500;
        reply(res, status, `${error instanceof Error ? error.message : 'failed'}\n`);
      });
  });
  return {
    url: `http://127.0.0.1:${await listen(server, port)}`,
    [Symbol.asyncDispose]: () => close(server),
  };
}

/**
 * Whether a web page may be behind a request. A browser names the page in Origin, and in Host the name that was called.
 * A page that has pointed its own name at this machine calls that name.
 */
function isForeign({ headers: { origin, host } }: IncomingMessage): boolean {
  return origin !== undefined || !/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host ?? '');
}

async function act(sandbox: Sandbox, { method, url = '/' }: IncomingMessage): Promise<string> {
  const { pathname, searchParams } = URL.parse(url, 'http://sandbox') ?? { pathname: url };
  if (method === 'GET' && pathname === '/') return `${states(sandbox)}\n${help()}`;
  if (method !== 'POST') throw new Refusal(404, `There is only GET /, and by POST:\n${help()}`);
  const [first = '', name, argument, ...rest] = pathname.slice(1).split('/');
  if (first === 'heal' && name === undefined) {
    sandbox.heal();
    return states(sandbox);
  }
  const node = nodeOf(sandbox, first);
  const action = ACTIONS.get(name ?? '');
  if (action === undefined || (argument === undefined) !== (action.argument === undefined) || rest.length > 0)
    throw new Refusal(404, `There is no POST ${pathname}. What there is:\n${help()}`);
  await action.run({
    sandbox,
    node,
    argument: argument ?? '',
    other: () => nodeOf(sandbox, argument ?? ''),
    cut: cutOptionsOf(searchParams ?? new URLSearchParams(), action),
  });
  return states(sandbox);
}

function nodeOf(sandbox: Sandbox, name: string): SandboxNode {
  const node = byName(sandbox.nodes, name);
  if (node !== undefined) return node;
  throw new Refusal(404, `There is no node '${name}'. There are ${sandbox.nodes.map((each) => each.name).join(', ')}.`);
}

/** One line for each node, and one for each cut. */
function states(sandbox: Sandbox): string {
  const nameOf = (created: string) => sandbox.nodes.find(({ createdName }) => createdName === created)?.name;
  const cuts = sandbox.cuts.map(
    ({ from, to, databases, silent }) =>
      `cut: nothing gets from ${nameOf(from)} to ${nameOf(to)}` +
      `${databases ? `, of ${databases.join(' and ')}` : ''}${silent ? ', silently' : ''}\n`,
  );
  return [...sandbox.nodes.map(stateOf), ...cuts].join('');
}

function stateOf({ name, createdName, isRunning, isFrozen, url, clockOffset }: SandboxNode): string {
  const state = !isRunning ? 'down' : isFrozen ? 'frozen' : 'up';
  const formerly = name === createdName ? '' : `, was ${createdName}`;
  const clock = clockOffset === 0 ? '' : `, clock ${clockOffset > 0 ? '+' : ''}${clockOffset} ms`;
  return `${name}: ${state} (${url})${formerly}${clock}\n`;
}

function help(): string {
  const lines = [...ACTIONS].map(([name, action]) => [pathOf(name, action), action.words] as const);
  return [...lines, ['/heal', 'end every cut'] as const]
    .map(([path, words]) => `POST ${path.padEnd(32)} ${words}\n`)
    .join('');
}

function pathOf(name: string, { argument }: Action): string {
  return `/<node>/${name}${argument === undefined ? '' : `/<${argument}>`}`;
}

function reply(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  res.end(text);
}
