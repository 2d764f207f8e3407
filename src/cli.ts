#!/usr/bin/env node
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { issueToken } from './auth/tokens.ts';
import { type Config, ConfigError, readConfig } from './config/config.ts';
import { helpText } from './config/help.ts';
import { flagOf, SETTING_NAMES, type SettingName, settingOf } from './config/settings.ts';
import { type Gateway, startGateway, VERSION } from './gateway.ts';

/** Exit codes: a wrong configuration is told apart from a gateway that could not start. */
const EXIT = { ok: 0, failed: 1, misconfigured: 2 } as const;

await main();

async function main(): Promise<void> {
  // Once V8 has seen much of what a line of code makes survive, which under load is chance, it makes all of it in the old generation; what
  // that refers to, whole requests, then stays until the next full collection. It took a quarter of all time (docs/performance.md).
  setFlagsFromString('--no-allocation-site-pretenuring');
  if (process.argv[2] === 'token') return tokenCommand(process.argv.slice(3));
  const config = configure();
  if (config === undefined) return;
  let gateway: Gateway;
  try {
    gateway = await startGateway(config);
  } catch (error) {
    fail(EXIT.failed, `harper-gateway could not start: ${error instanceof Error ? error.message : 'unknown error'}`);
    return;
  }
  process.stdout.write(greeting(config, gateway));
  stopOnSignal(gateway);
}

function configure(): Config | undefined {
  try {
    const flags = readFlags(process.argv.slice(2));
    if (flags === undefined) return undefined;
    return readConfig(flags, process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    fail(EXIT.misconfigured, `${error.message}\nSee harper-gateway --help.`);
    return undefined;
  }
}

/** `harper-gateway token`: makes a token for a caller and the line for TOKENS_FILE that lets it in. */
function tokenCommand(argv: string[]): void {
  try {
    const { values } = parseArgs({
      args: argv,
      options: { name: { type: 'string' }, role: { type: 'string' }, file: { type: 'string' } },
    });
    const { token, line } = issueToken(values.name, values.role);
    if (values.file !== undefined) appendFileSync(values.file, `${endOfLine(values.file)}${line}\n`, { mode: 0o600 });
    const where = values.file === undefined ? `line for TOKENS_FILE  ${line}` : `added to             ${values.file}`;
    process.stdout.write(`token (shown once)   ${token}\n${where}\n`);
  } catch (error) {
    const usage = 'harper-gateway token --name NAME --role viewer|operator [--file TOKENS_FILE]';
    fail(EXIT.misconfigured, `${(error as Error).message}\n${usage}`);
  }
}

/** What ends the last line of a file that does not end it itself. */
function endOfLine(path: string): string {
  const content = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return content === '' || content.endsWith('\n') ? '' : '\n';
}

/** The settings given as flags; undefined when --help or --version was answered. */
function readFlags(argv: string[]): Partial<Record<SettingName, string>> | undefined {
  const names = SETTING_NAMES.flatMap((name): [string, SettingName][] => {
    const flag = flagOf(name);
    return flag === undefined ? [] : [[flag.slice(2), name]];
  });
  const options = Object.fromEntries(names.map(([flag]) => [flag, { type: 'string' as const }]));
  let values: Record<string, unknown>;
  try {
    ({ values } = parseArgs({
      args: argv.map((arg, index) => (isBareSwitch(arg, argv[index + 1]) ? `${arg}=true` : arg)),
      options: { ...options, help: { type: 'boolean' }, version: { type: 'boolean' } },
    }));
  } catch (error) {
    throw new ConfigError([(error as Error).message]);
  }
  if (values.help === true || values.version === true) {
    process.stdout.write(values.help === true ? helpText() : `${VERSION}\n`);
    return undefined;
  }
  return Object.fromEntries(
    names.flatMap(([flag, name]) => (values[flag] === undefined ? [] : [[name, String(values[flag])]])),
  );
}

/** Whether a flag is a switch that is given without a value, which means: on. */
function isBareSwitch(arg: string, next: string | undefined): boolean {
  const name = SETTING_NAMES.find((each) => flagOf(each) === arg);
  return (
    name !== undefined && settingOf(name).unit === 'true or false' && (next === undefined || next.startsWith('--'))
  );
}

function greeting({ backend }: Config, gateway: Gateway): string {
  const lines =
    backend.kind === 'sandbox'
      ? [
          `harper-gateway on the embedded sandbox cluster (Harper ${backend.dialect}, ${backend.nodes} nodes): a stand-in, not your data`,
          '  login      admin / sandbox   (viewer / sandbox is no super_user)',
          `  nodes      curl ${gateway.sandboxControlUrl}   (-X POST …/node-2/kill, restart, freeze, thaw)`,
        ]
      : [`harper-gateway on Harper at ${backend.displayUrl}`];
  return `${[...lines, `  GraphiQL   ${gateway.url}`].join('\n')}\n`;
}

function stopOnSignal(gateway: Gateway): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    // A second signal means: now.
    if (stopping) process.exit(EXIT.failed);
    stopping = true;
    process.stdout.write(`${signal}: finishing running requests\n`);
    gateway[Symbol.asyncDispose]().then(
      () => process.exit(EXIT.ok),
      (error: unknown) => fail(EXIT.failed, `harper-gateway did not stop cleanly: ${String(error)}`),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function fail(code: number, message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = code;
}
