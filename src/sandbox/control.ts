import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Sandbox } from './sandbox.ts';
import { close, listen } from './server.ts';

/** The control server of a sandbox. */
export interface SandboxControl extends AsyncDisposable {
  /** Where it listens, on loopback. */
  readonly url: string;
}

/**
 * Starts a small HTTP server by which a person takes nodes down and brings them back while watching:
 * `curl -X POST <url>/node-2/kill` (or restart, freeze, thaw), `curl <url>` for the state of all.
 * @param port loopback port to listen on; 0 takes a free one
 */
export async function startSandboxControl(sandbox: Sandbox, port: number): Promise<SandboxControl> {
  const server = createServer((req, res) => {
    if (isForeign(req)) {
      reply(res, 403, 'Only for this machine, and not for web pages.\n');
      return;
    }
    act(sandbox, req)
      .then((text) => reply(res, text === undefined ? 404 : 200, text ?? help(sandbox)))
      .catch((error: unknown) => reply(res, 500, `${error instanceof Error ? error.message : 'failed'}\n`));
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

async function act(sandbox: Sandbox, { method, url = '/' }: IncomingMessage): Promise<string | undefined> {
  if (method === 'GET' && url === '/') return help(sandbox);
  const [, name, action] = url.match(/^\/([\w-]+)\/(\w+)$/) ?? [];
  const node = sandbox.nodes.find((candidate) => candidate.name === name);
  if (method !== 'POST' || node === undefined) return undefined;
  if (action === 'kill') await node.kill();
  else if (action === 'restart') {
    if (node.isRunning) await node.kill();
    await node.start();
  } else if (action === 'freeze') node.freeze();
  else if (action === 'thaw') node.thaw();
  else return undefined;
  return states(sandbox);
}

function states(sandbox: Sandbox): string {
  return sandbox.nodes
    .map((node) => `${node.name}: ${!node.isRunning ? 'down' : node.isFrozen ? 'frozen' : 'up'} (${node.url})\n`)
    .join('');
}

function help(sandbox: Sandbox): string {
  return `${states(sandbox)}POST /<node>/<kill|restart|freeze|thaw>\n`;
}

function reply(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  res.end(text);
}
