import { type ParseArgsConfig, parseArgs } from 'node:util';
import { HEALTH_HELP, HISTORY_HELP, HISTORY_USAGE, helpText, TOKEN_HELP, TOKEN_USAGE } from './help.ts';
import { HISTORY_OPTIONS, type HistoryRequest, toHistoryRequest } from './history-arguments.ts';
import { onOff } from './settings/setting.ts';
import { flagOf, SETTING_NAMES, type SettingName, settingOf } from './settings.ts';
import { settingLike } from './unknown-settings.ts';

/** What a command line asks for. */
export type Command =
  | { readonly kind: 'start' | 'health'; readonly flags: Partial<Record<SettingName, string>> }
  | { readonly kind: 'history'; readonly request: HistoryRequest }
  | { readonly kind: 'token'; readonly name?: string; readonly role?: string; readonly file?: string }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' };

/** A command line that cannot be understood: why, and where to look. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const SEE_HELP = 'See harper-gateway --help.';

/** Settings by their flags; a secret has none. */
const FLAGS: ReadonlyMap<string, SettingName> = new Map(
  SETTING_NAMES.flatMap((name) => {
    const flag = flagOf(name);
    return flag === undefined ? [] : [[flag, name]];
  }),
);

const TEXT = { type: 'string' } as const;
const SWITCH = { type: 'boolean' } as const;
const HELP = { type: 'boolean', short: 'h' } as const;

/**
 * Reads a command line.
 * @param argv the arguments, without those of Node itself
 * @throws UsageError
 */
export function parseArguments(argv: readonly string[]): Command {
  const [command = '', ...rest] = argv;
  if (command === 'help') return { kind: 'help', text: helpOf(rest) };
  if (command === 'token') return parseToken(rest);
  if (command === 'health') return parseHealth(rest);
  if (command === 'history') return parseHistory(rest);
  if (command === '' || command.startsWith('-')) return parseStart(argv);
  throw new UsageError(`There is no command '${command}'; there are health, history, token and help.\n${SEE_HELP}`);
}

function helpOf(about: readonly string[]): string {
  if (about.length === 0) return helpText();
  if (about.join(' ') === 'token') return TOKEN_HELP;
  if (about.join(' ') === 'health') return HEALTH_HELP;
  if (about.join(' ') === 'history') return HISTORY_HELP;
  throw new UsageError(`There is no help about '${about.join(' ')}'.\n${SEE_HELP}`);
}

function parseToken(argv: readonly string[]): Command {
  const { help, ...values } = parse(argv, { name: TEXT, role: TEXT, file: TEXT, help: HELP }, TOKEN_USAGE);
  return help ? { kind: 'help', text: TOKEN_HELP } : { kind: 'token', ...values };
}

function parseHistory(argv: readonly string[]): Command {
  const { help, ...values } = parse(argv, HISTORY_OPTIONS, HISTORY_USAGE);
  if (help) return { kind: 'help', text: HISTORY_HELP };
  try {
    return { kind: 'history', request: toHistoryRequest(values, Date.now()) };
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${HISTORY_USAGE}`);
  }
}

/** Takes the flags of a start, because it asks the gateway that these would start. */
function parseHealth(argv: readonly string[]): Command {
  const command = parseStart(argv);
  if (command.kind === 'help') return { kind: 'help', text: HEALTH_HELP };
  return command.kind === 'start' ? { ...command, kind: 'health' } : command;
}

function parseStart(argv: readonly string[]): Command {
  const given = argv.filter((arg) => arg.startsWith('--')).map((arg) => arg.replace(/=.*/s, ''));
  const unknown = given.filter((flag) => !FLAGS.has(flag) && !['--help', '--version'].includes(flag));
  if (unknown.length > 0) throw new UsageError([...unknown.map(explainUnknown), SEE_HELP].join('\n'));
  const options = Object.fromEntries([...FLAGS.keys()].map((flag) => [flag.slice(2), TEXT]));
  const spelledOut = argv.map((arg, index) => (isBareSwitch(arg, argv[index + 1]) ? `${arg}=true` : arg));
  const values: Record<string, unknown> = parse(spelledOut, { ...options, help: HELP, version: SWITCH }, SEE_HELP);
  if (values.help === true) return { kind: 'help', text: helpText() };
  if (values.version === true) return { kind: 'version' };
  const flags = [...FLAGS].map(([flag, name]) => [name, values[flag.slice(2)]]);
  return { kind: 'start', flags: Object.fromEntries(flags.filter(([, value]) => value !== undefined)) };
}

/** What is wrong with a flag, without its value, which may be a secret. */
function explainUnknown(flag: string): string {
  const meant = settingLike(flag.slice(2));
  if (meant === undefined) return `${flag} is no flag.`;
  const right = flagOf(meant);
  if (right === undefined) return `${flag} is no flag: a secret is given by the environment variable ${meant}.`;
  return `${flag} is no flag. Did you mean ${right}?`;
}

/** Whether a flag is a switch that is given without a value, which means: on. */
function isBareSwitch(arg: string, next: string | undefined): boolean {
  const name = FLAGS.get(arg);
  return name !== undefined && settingOf(name).unit === onOff.unit && (next === undefined || next.startsWith('-'));
}

function parse<const T extends NonNullable<ParseArgsConfig['options']>>(
  argv: readonly string[],
  options: T,
  advice: string,
) {
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${advice}`);
  }
}
