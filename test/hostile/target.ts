import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Agent, request } from 'undici';
import { expect } from 'vitest';
import WebSocket from 'ws';
import { eventually } from '../support/eventually.ts';
import { type Program, start } from '../support/process.ts';
import type { Control } from './fake-harper.ts';

/** Heap of the gateway under attack, in MB. */
const HEAP = 256;
/** Limits of the suite: what may be left of an attack, and how long the gateway may be busy at a time. */
const MOST_RSS_LEFT = 64;
const MOST_TURN = 250;
const MOST_ANSWER = 1000;
/** The memory that deploy/ gives a gateway, in MB: the most it ever takes must fit in. */
const MEMORY = Number(/mem_limit: (\d+)m/.exec(readFileSync('deploy/compose.yaml', 'utf8'))?.[1]);

/** Address of the attackers; the legitimate caller has another. */
export const ATTACKER = '127.0.0.2';

/** Who attacks; undefined as header means without a login. */
export type Role = 'anonymous' | 'invented' | 'user' | 'admin' | 'viewer' | 'operator';

/** A gateway under attack. */
export interface Target extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** The Authorization header of a role. */
  login(role: Role): string | undefined;
  /** Tells Harper how to behave; settles with how many requests it has left open. */
  control(wanted: Control): Promise<number>;
  /** Opens a bare connection from the attackers' address. */
  dial(): Promise<Socket>;
  /** Opens a WebSocket from the attackers' address. */
  socket(): Promise<WebSocket>;
  /** Sends a GraphQL request from the attackers' address; the status, and the codes of its errors. */
  post(body: string, role: Role, headers?: Record<string, string>): Promise<{ status: number; text: string }>;
  /** Milliseconds that the legitimate caller waits for an answer. */
  askLegitimately(): Promise<number>;
  /** Looks at the gateway before an attack, and afterwards checks that it is well. */
  before(): Promise<State>;
  expectWell(before: State): Promise<Figures>;
}

/** What a process had taken before an attack. */
interface State {
  readonly rss: number;
  /** Milliseconds for which the gateway had waited for a processor. */
  readonly waited: number;
}

/** What an attack has cost. */
export interface Figures {
  /** Milliseconds of the longest turn of the event loop. */
  readonly turn: number;
  /** Megabytes more than before. */
  readonly rss: number;
  /** Megabytes of the gateway's memory at most, since its start. */
  readonly peak: number;
  /** Milliseconds of a legitimate answer right after the attack. */
  readonly answer: number;
}

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

/** Logins of FORWARD mode, as fake-harper.ts knows them. */
const LOGINS: Partial<Record<Role, string>> = {
  invented: basic('admin:guessed'),
  user: basic('user:no-super-user'),
  admin: basic('admin:a-super-user'),
};

function makeToken(name: string, role: string, file: string): string {
  const args = ['src/cli.ts', 'token', '--name', name, '--role', role, '--file', file];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return `Bearer ${/hgw_\S+/.exec(stdout)?.[0]}`;
}

/** Starts Harper and the gateway, each in a process of its own. */
export async function startTarget(mode: 'FORWARD' | 'SERVICE'): Promise<Target> {
  const harper = start(process.execPath, ['test/hostile/fake-harper.ts']);
  const [, harperUrl = ''] = await harper.until(/Harper at (\S+)/);
  const logins = new Map<Role | 'legitimate', string | undefined>(Object.entries(LOGINS) as [Role, string][]);
  logins.set('legitimate', basic('boss:the-boss-of-it'));
  const settings: Record<string, string> = {
    HARPER_URL: harperUrl,
    PORT: '0',
    LOG_LEVEL: 'warn',
    READ_TIMEOUT: '5000',
    POLL_INTERVAL: '250',
  };
  if (mode === 'SERVICE') {
    const file = join(mkdtempSync(join(tmpdir(), 'harper-gateway-')), 'tokens');
    writeFileSync(file, '');
    Object.assign(settings, { TOKENS_FILE: file, HARPER_USERNAME: 'gateway', HARPER_PASSWORD: 'of-the-gateway' });
    logins.set('invented', 'Bearer hgw_invented');
    logins.set('viewer', makeToken('vera', 'viewer', file));
    logins.set('operator', makeToken('otto', 'operator', file));
    logins.set('legitimate', makeToken('lea', 'operator', file));
  }
  const program = start(process.execPath, [`--max-old-space-size=${HEAP}`, 'src/cli.ts'], settings);
  const [, url = ''] = await program.until(/GraphiQL +(\S+)/);
  return createTarget({ harper, harperUrl, program, url, logins });
}

interface Parts {
  readonly harper: Program;
  readonly harperUrl: string;
  readonly program: Program;
  readonly url: string;
  readonly logins: ReadonlyMap<Role | 'legitimate', string | undefined>;
}

function createTarget({ harper, harperUrl, program, url, logins }: Parts): Target {
  const { origin, port } = new URL(url);
  /** Megabytes that the gateway takes (VmRSS), or that it has taken at most (VmHWM). */
  const memory = (key: 'VmRSS' | 'VmHWM') => {
    const text = readFileSync(`/proc/${program.child.pid}/status`, 'utf8');
    return Number(new RegExp(`${key}:\\s+(\\d+)`).exec(text)?.[1]) / 1024;
  };
  const rss = () => memory('VmRSS');

  /**
   * Milliseconds for which the main threads of some processes were ready to run while others had the processors. No
   * bound of time counts them, so that none depends on how busy the machine is.
   */
  const waitedBy = (...pids: (number | undefined)[]) => {
    const delays = pids.map((pid) => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6);
    return delays.reduce((sum, delay) => sum + delay, 0);
  };

  async function metrics(): Promise<string> {
    const { body } = await request(`${origin}/metrics`);
    return body.text();
  }

  const agents = new Map(
    ['127.0.0.1', ATTACKER].map((localAddress) => [localAddress, new Agent({ connect: { localAddress } })]),
  );

  async function post(body: string, authorization: string | undefined, headers: Record<string, string>, from: string) {
    const dispatcher = agents.get(from);
    const answer = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization && { authorization }), ...headers },
      body,
      ...(dispatcher && { dispatcher }),
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  }

  const dial = () =>
    new Promise<Socket>((resolve, reject) => {
      const socket = connect({ port: Number(port), host: '127.0.0.1', localAddress: ATTACKER }, () => {
        socket.on('error', () => undefined);
        resolve(socket);
      });
      socket.once('error', reject);
    });

  async function askLegitimately(): Promise<number> {
    const begun = performance.now();
    const query = JSON.stringify({ query: '{ clusterStatus { nodeName } }' });
    const { status, text } = await post(query, logins.get('legitimate'), {}, '127.0.0.1');
    expect([status, text]).toEqual([200, '{"data":{"clusterStatus":{"nodeName":"node-1"}}}']);
    return performance.now() - begun;
  }

  return {
    url,
    port: Number(port),
    login: (role) => logins.get(role),
    dial,
    post: (body, role, headers = {}) => post(body, logins.get(role), headers, ATTACKER),
    askLegitimately,
    async control(wanted) {
      const { body } = await request(`${harperUrl}/control`, { method: 'POST', body: JSON.stringify(wanted) });
      return ((await body.json()) as { unanswered: number }).unanswered;
    },
    socket: () =>
      new Promise((resolve, reject) => {
        const options = { localAddress: ATTACKER, perMessageDeflate: false };
        const socket = new WebSocket(url.replace('http:', 'ws:'), 'graphql-transport-ws', options);
        socket.once('open', () => resolve(socket.on('error', () => undefined)));
        socket.once('error', reject);
      }),
    async before() {
      await askLegitimately();
      await metrics();
      return { rss: rss(), waited: waitedBy(program.child.pid) };
    },
    async expectWell(before) {
      const all = [program.child.pid, harper.child.pid, process.pid];
      const waited = waitedBy(...all);
      const answer = await askLegitimately();
      expect(answer - (waitedBy(...all) - waited)).toBeLessThan(MOST_ANSWER);
      const turn = Number(/^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(await metrics())?.[1]) * 1000;
      expect(turn - (waitedBy(program.child.pid) - before.waited)).toBeLessThan(MOST_TURN);
      await eventually(async () => {
        const held = [...(await metrics()).matchAll(/^harper_gateway_held\{limit="(\w+)"\} ([1-9]\d*)$/gm)];
        expect(held.map(([line]) => line)).toEqual([]);
      }, 15_000);
      // Garbage is collected when there is more of it.
      await eventually(async () => {
        await askLegitimately();
        expect(rss() - before.rss).toBeLessThan(MOST_RSS_LEFT);
      }, 30_000);
      const peak = memory('VmHWM');
      expect(peak).toBeLessThan(MEMORY);
      expect(program.output()).not.toMatch(/"level":(50|60)/);
      return {
        turn: Math.round(turn),
        rss: Math.round(rss() - before.rss),
        peak: Math.round(peak),
        answer: Math.round(answer),
      };
    },
    async [Symbol.asyncDispose]() {
      for (const agent of agents.values()) await agent.destroy();
      await program[Symbol.asyncDispose]();
      await harper[Symbol.asyncDispose]();
    },
  };
}
