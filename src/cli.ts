#!/usr/bin/env node
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type Config, ConfigError, readConfig } from './config/config.ts';
import { helpText } from './config/help.ts';
import { flagOf, SETTING_NAMES, type SettingName } from './config/settings.ts';
import { type Gateway, startGateway, VERSION } from './gateway.ts';

/** Exit codes: a wrong configuration is told apart from a gateway that could not start. */
const EXIT = { ok: 0, failed: 1, misconfigured: 2 } as const;

await main();

async function main(): Promise<void> {
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
      args: argv,
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
