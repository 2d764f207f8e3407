import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

/** Whether a request asks for a WebSocket. */
export function wantsWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.trim().toLowerCase() === 'websocket';
}

/**
 * Has a server answer a request as if it had not asked for an upgrade (RFC 9110, 7.8). Java's HttpClient and
 * `curl --http2` ask for h2c with their first request. Needed before Node 24.9, which can be told which upgrades are
 * taken (`shouldUpgradeCallback`). Earlier ones take the socket from the parser, with the body unread. So the request
 * is written again without the upgrade, before what has come after its head. The server is then given the socket anew.
 */
export function ignoreUpgrade(server: Server, req: IncomingMessage, socket: Duplex, head: Buffer): void {
  const headers: string[] = [];
  for (let at = 0; at < req.rawHeaders.length; at += 2) {
    const name = req.rawHeaders[at] ?? '';
    const value = req.rawHeaders[at + 1] ?? '';
    const kept = name.toLowerCase() === 'connection' ? withoutUpgrade(value) : value;
    if (!IGNORED.has(name.toLowerCase()) && kept !== '') headers.push(`${name}: ${kept}`);
  }
  const request = [`${req.method} ${req.url} HTTP/${req.httpVersion}`, ...headers, '', ''].join('\r\n');
  socket.unshift(Buffer.concat([Buffer.from(request, 'latin1'), head]));
  server.emit(socket instanceof TLSSocket ? 'secureConnection' : 'connection', socket);
}

/** Headers that belong to the upgrade. */
const IGNORED = new Set(['upgrade', 'http2-settings']);

function withoutUpgrade(connection: string): string {
  const options = connection.split(',').map((option) => option.trim());
  return options.filter((option) => !IGNORED.has(option.toLowerCase())).join(', ');
}
