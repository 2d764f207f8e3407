import { isIP } from 'node:net';

/** Where a replication URL leads: the port to connect to on this machine, or why there is none. */
export type Resolution = { readonly port: number } | { readonly fault: string };

/**
 * The sandbox's own DNS. Nodes are called node-1, node-2, … and say that they listen on one port, as nodes on
 * different machines would; in fact each has its own port on 127.0.0.1. Loopback addresses are used as they are. There
 * are never connections beyond this machine.
 */
export class Names {
  /** The port every node claims: Harper's replication port since 4.5. */
  static readonly PORT = 9933;
  readonly #ports = new Map<string, number>();

  register(name: string, port: number): void {
    this.#ports.set(name, port);
  }

  resolve(url: string): Resolution {
    const parsed = URL.parse(url);
    if (parsed === null) return { fault: `Invalid URL: ${url}` };
    const { hostname, port, protocol } = parsed;
    const host = hostname.replace(/^\[|\]$/g, '');
    const wanted = port === '' ? (protocol === 'wss:' ? 443 : 80) : Number(port);
    const real = this.#ports.get(host);
    if (real !== undefined)
      return wanted === Names.PORT ? { port: real } : { fault: `connect ECONNREFUSED ${host}:${wanted}` };
    if (host === 'localhost' || host === '::1' || /^127\./.test(host)) return { port: wanted };
    if (isIP(host)) return { fault: `connect EHOSTUNREACH ${host}:${wanted}` };
    return { fault: `getaddrinfo ENOTFOUND ${host}` };
  }
}
