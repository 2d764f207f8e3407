#!/usr/bin/env node
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { issueToken } from './auth/tokens.ts';
import { type Command, parseArguments, UsageError } from './config/arguments.ts';
import { addressesOf } from './config/backend.ts';
import { type Config, ConfigError, readConfig } from './config/config.ts';
import { HISTORY_USAGE, TOKEN_USAGE } from './config/help.ts';
import type { HistoryRequest } from './config/history-arguments.ts';
import { type Gateway, startGateway, VERSION } from './gateway.ts';
import { createLogger, type Logger } from './observability/logger.ts';
import type { ProcessMemory } from './observability/memory.ts';
import { askHealth } from './transport/http/ask-health.ts';
import { SYSTEM_CLOCK, sleep } from './util/clock.ts';
import { type ServiceState, tellServiceManager } from './util/service-manager.ts';

/** Exit codes: a wrong configuration is told apart from a gateway that could not start. */
const EXIT = { ok: 0, failed: 1, misconfigured: 2 } as const;

/** Milliseconds that closing everything may take after that, before the process ends all the same. */
const CLOSE_TIMEOUT = 5000;

await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<void> {
  // Without this, collecting garbage took a quarter of all time (docs/performance.md). V8 learns which code makes
  // objects that live long, and puts all that it makes into the old generation. Under load it learns that of whole
  // requests, which then stay until the next full collection.
  setFlagsFromString('--no-allocation-site-pretenuring');
  try {
    const command = parseArguments(argv);
    if (command.kind === 'help') process.stdout.write(command.text);
    else if (command.kind === 'version') process.stdout.write(`${VERSION}\n`);
    else if (command.kind === 'token') makeToken(command);
    else if (command.kind === 'history') await showHistory(command.request);
    else if (command.kind === 'health') await tellHealth(readConfig(command.flags, process.env));
    else await run(readConfig(command.flags, process.env));
  } catch (error) {
    if (error instanceof UsageError) fail(EXIT.misconfigured, error.message);
    else if (error instanceof ConfigError) fail(EXIT.misconfigured, `${error.message}\nSee harper-gateway --help.`);
    else throw error;
  }
}

/** Ends with 0 when the gateway of a configuration is alive. */
async function tellHealth(config: Config): Promise<void> {
  try {
    await askHealth(config);
    process.stdout.write('alive\n');
  } catch (error) {
    fail(EXIT.failed, `harper-gateway is not alive: ${(error as Error).message}`);
  }
}

/** Prints the history of a file, until it is stopped where that was asked for. */
async function showHistory(request: HistoryRequest): Promise<void> {
  const path = request.file ?? process.env.HISTORY_FILE;
  if (path === undefined) throw new UsageError(`Neither --file nor HISTORY_FILE says where it is.\n${HISTORY_USAGE}`);
  // Loaded where it is wanted only.
  const print = request.isMutations
    ? (await import('./live/changelog/audit/print-mutations.ts')).printMutations
    : (await import('./live/changelog/print-history.ts')).printHistory;
  // Who reads the lines may have had enough of them.
  process.stdout.on('error', () => process.exit(EXIT.ok));
  try {
    await print(
      path,
      request,
      (line) => process.stdout.write(`${line}\n`),
      async (milliseconds) => {
        await sleep(SYSTEM_CLOCK, milliseconds);
        return true;
      },
    );
  } catch (error) {
    fail(EXIT.failed, `The history in ${path} cannot be read: ${(error as Error).message}`);
  }
}

/** Makes a token for a caller and the line for TOKENS_FILE that lets it in. */
function makeToken({ name, role, file }: Command & { kind: 'token' }): void {
  try {
    const { token, line } = issueToken(name, role);
    if (file !== undefined) appendFileSync(file, `${endOfLine(file)}${line}\n`, { mode: 0o600 });
    const where = file === undefined ? `line for TOKENS_FILE  ${line}` : `added to             ${file}`;
    process.stdout.write(`token (shown once)   ${token}\n${where}\n`);
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${TOKEN_USAGE}`);
  }
}

/** What ends the last line of a file that does not end it itself. */
function endOfLine(path: string): string {
  const content = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return content === '' || content.endsWith('\n') ? '' : '\n';
}

/** Runs a gateway until a signal or a fault ends it. */
async function run(config: Config): Promise<void> {
  const logger = createLogger(config.settings.LOG_LEVEL);
  let onFault = (error: unknown): void => {
    logger.fatal({ err: error }, 'A fault that nothing has handled');
    process.exit(EXIT.failed);
  };
  process.on('uncaughtException', (error) => onFault(error));
  process.on('unhandledRejection', (error) => onFault(error));
  try {
    const gateway = await startGateway(config, { logger, memory: ownMemory() });
    const { SHUTDOWN_DELAY: delay, SHUTDOWN_TIMEOUT: timeout } = config.settings;
    onFault = stopLater(gateway, delay + timeout, logger);
    // After that, so that whoever has read the address can also stop the gateway.
    process.stdout.write(greeting(config, gateway));
    tellSystemd('READY', logger);
  } catch (error) {
    fail(EXIT.failed, `harper-gateway could not start: ${error instanceof Error ? error.message : 'unknown error'}`);
  }
}

/** What this process takes, and what its cgroup or the machine leaves to it. */
function ownMemory(): ProcessMemory {
  const constrained = process.constrainedMemory();
  const limit = constrained > 0 && constrained < totalmem() ? constrained : totalmem();
  return { limit, resident: () => process.memoryUsage.rss() };
}

function greeting({ backend }: Config, gateway: Gateway): string {
  const addresses = backend.kind === 'harper' ? addressesOf(backend).map(({ displayUrl }) => displayUrl) : [];
  const lines =
    backend.kind === 'sandbox'
      ? [
          `harper-gateway on the embedded sandbox cluster (Harper ${backend.dialect}, ${backend.nodes} nodes): ` +
            'a stand-in, not your data',
          '  login      admin / sandbox   (viewer / sandbox is no super_user)',
          `  nodes      curl ${gateway.sandboxControlUrl}   lists what can be done to them (kill, freeze, cut, …)`,
          ...(gateway.sandbox?.nodes ?? []).map(({ name, url }) => `    ${name}   ${url}`),
        ]
      : [`harper-gateway on Harper at ${addresses.join(', ')}`];
  const console = gateway.consoleUrl === undefined ? [] : [`  console    ${gateway.consoleUrl}`];
  return `${[...lines, ...console, `  GraphiQL   ${gateway.url}`].join('\n')}\n`;
}

/**
 * Stops the gateway on a signal, and ends the process with 0.
 * @param stopTimeout milliseconds that stopping may take
 * @returns what stops it after a fault, so that the process ends with 1
 */
function stopLater(gateway: Gateway, stopTimeout: number, logger: Logger): (fault: unknown) => void {
  let isStopping = false;
  let exitCode: number = EXIT.ok;
  function stop(reason: string): void {
    isStopping = true;
    process.stdout.write(`${reason}: finishing running requests\n`);
    setTimeout(() => {
      fail(EXIT.failed, 'harper-gateway did not stop in time');
      process.exit();
    }, stopTimeout + CLOSE_TIMEOUT).unref();
    gateway[Symbol.asyncDispose]().then(
      () => process.exit(exitCode),
      (error: unknown) => fail(EXIT.failed, `harper-gateway did not stop cleanly: ${String(error)}`),
    );
    tellSystemd('STOPPING', logger);
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // A second signal means: now.
      if (isStopping) process.exit(EXIT.failed);
      stop(signal);
    });
  }
  return (fault) => {
    gateway.reportFault(fault);
    exitCode = EXIT.failed;
    // A fault while stopping changes the exit code alone: running requests still finish.
    if (!isStopping) stop('A fault');
  };
}

/** Tells systemd what the unit of deploy/ waits for; without effect under any other parent. */
function tellSystemd(state: ServiceState, logger: Logger): void {
  if (process.env.NOTIFY_SOCKET === undefined) return;
  tellServiceManager(state, (error) => logger.warn({ err: error }, 'systemd could not be told of this service'));
}

function fail(code: number, message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = code;
}
