import { isIP } from 'node:net';

/** Where a replication URL leads: the port to connect to on this machine, or why there is none. */
export type Resolution =
  /** `node` is the name with which the node of that port was created, where it is one of the sandbox. */
  { readonly port: number; readonly node: string | undefined } | { readonly fault: string };

/** A node has the name that it gives itself, and the one with which it was created, which stays its address. */
interface Named {
  readonly name: string;
  readonly createdName: string;
}

/**
 * The one that a name leads to: that is called so now, or else that was created with it. Of two that are called the
 * same it is the one that was created with the name.
 */
export function byName<T extends Named>(all: readonly T[], name: string): T | undefined {
  const called = all.filter((each) => each.name === name);
  const created = all.find((each) => each.createdName === name);
  return called.find((each) => each === created) ?? called[0] ?? created;
}

/** Whether a node can be called that: a host name as it stands in a URL. */
export function isNodeName(name: string): boolean {
  return /^[\w.-]+$/.test(name) && URL.parse(`ws://${name}:${Names.PORT}`)?.hostname === name;
}

/**
 * The sandbox's own DNS. Nodes are called node-1, node-2, … and say that they listen on one port, as nodes on
 * different machines would; in fact each has its own port on 127.0.0.1. Loopback addresses are used as they are. There
 * are never connections beyond this machine.
 */
export class Names {
  /** The port every node claims: Harper's replication port since 4.5. */
  static readonly PORT = 9933;
  readonly #entries = new Map<string, Named & { readonly port: number }>();

  /** Takes down where a node listens. A name that it had in between, and has no more, leads nowhere. */
  register({ name, createdName }: Named, port: number): void {
    this.#entries.set(createdName, { name, createdName, port });
  }

  resolve(url: string): Resolution {
    const parsed = URL.parse(url);
    if (parsed === null) return { fault: `Invalid URL: ${url}` };
    const { hostname, port, protocol } = parsed;
    const host = hostname.replace(/^\[|\]$/g, '');
    const wanted = port === '' ? (protocol === 'wss:' ? 443 : 80) : Number(port);
    const entries = [...this.#entries.values()];
    const found = byName(entries, host);
    if (found !== undefined)
      return wanted === Names.PORT
        ? { port: found.port, node: found.createdName }
        : { fault: `connect ECONNREFUSED ${host}:${wanted}` };
    if (host === 'localhost' || host === '::1' || /^127\./.test(host))
      return { port: wanted, node: entries.find((entry) => entry.port === wanted)?.createdName };
    if (isIP(host)) return { fault: `connect EHOSTUNREACH ${host}:${wanted}` };
    return { fault: `getaddrinfo ENOTFOUND ${host}` };
  }
}
