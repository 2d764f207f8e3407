import { existsSync } from 'node:fs';
import { REQUESTS, type Scenario } from './scenarios.ts';

/** A server in a benchmark of queries, and what it is asked. */
export interface Server {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
  /** The line that says where it listens; its first group is the port. */
  readonly ready: RegExp;
  readonly path: string;
  readonly body: string;
  /** What every right answer has. */
  readonly mark: string;
  /** Whether it hands on Harper's answer, which moves, as it is. */
  readonly isVerbatim?: true;
}

/** Whether the servers of others are installed: npm ci --prefix bench/peers. */
export const HAS_PEERS = existsSync(new URL('../peers/node_modules/mercurius', import.meta.url));

const PORT = /port (\d+)/;

/** Limits are on; those that count clients are set for this many from one address. */
export const GATEWAY_SETTINGS = {
  PORT: '0',
  LOG_LEVEL: 'error',
  RATE_LIMIT: '100000000',
  LOGIN_FAILURES: '10000',
};

/**
 * The servers of a scenario, the yardstick first.
 * @param before another checkout of the gateway, which is measured in the same rounds; none when left out
 */
export function contestantsOf({ request, variants }: Scenario, before?: string): Server[] {
  const { query, operation, mark } = REQUESTS[request];
  const asked = { path: '/graphql', body: JSON.stringify({ query }), mark };
  const gateway = (name: string, own: Record<string, string> = {}): Server => ({
    name,
    args: ['src/cli.ts'],
    env: { ...GATEWAY_SETTINGS, ...own },
    ready: /127\.0\.0\.1:(\d+)\/graphql/,
    ...asked,
  });
  const peer = (name: string, file: string, own: Partial<Server> = {}): Server => ({
    name,
    args: [`bench/peers/${file}`],
    ready: PORT,
    ...asked,
    ...own,
  });
  return [
    peer('bare proxy', 'bare-proxy.ts', { path: '/', body: operation, isVerbatim: true }),
    ...(request === 'status' ? [peer('mapping by hand', 'json-mapping.ts')] : []),
    gateway('gateway'),
    ...(before === undefined ? [] : [{ ...gateway('gateway before'), args: [`${before}/src/cli.ts`] }]),
    ...(variants
      ? [
          gateway('gateway, not compiled', { COMPILED_EXECUTION: 'false' }),
          gateway('gateway, FAST_PATH=false', { FAST_PATH: 'false' }),
        ]
      : []),
    ...(HAS_PEERS
      ? [
          peer('Mercurius + JIT', 'mercurius.ts'),
          peer('Apollo Server 5', 'apollo.ts', { path: '/' }),
          peer('plain Yoga 5', 'yoga.ts'),
        ]
      : []),
  ];
}
