import { flagOf, SETTING_NAMES, settingOf } from './settings.ts';

const USAGE = `Usage: harper-gateway [flags]            starts the gateway
       harper-gateway health [flags]    tells whether the gateway of these settings is alive
       harper-gateway history --help    shows what has become of the cluster
       harper-gateway token --help      makes a token for a caller (SERVICE mode)
       harper-gateway help [command]    shows this text, or that of a command

A GraphQL gateway over the cluster operations of Harper. Without any HARPER_ setting it starts on an
embedded sandbox cluster. Each setting is a flag or an environment variable; a flag wins.
`;

/** The text of `harper-gateway health --help`. */
export const HEALTH_HELP = `Usage: harper-gateway health [flags]

Asks the gateway on this machine for /health, and ends with 0 when it is alive, else with 1 and why not. It takes the
settings of the gateway, flags or environment variables, and finds it by HOST, PORT and TLS_CERT_FILE.

  --help
      Shows this text.
`;

export const HISTORY_USAGE =
  'Usage: harper-gateway history [--since 1h] [--node NAME] [--kind KIND] [--json] [--follow] [--file HISTORY_FILE]\n' +
  '       harper-gateway history --mutations [--since 1h] [--node NAME] [--user NAME] [--json] [--follow]';

/** The text of `harper-gateway history --help`. */
export const HISTORY_HELP = `${HISTORY_USAGE}

Shows what has become of the cluster, as HISTORY_FILE has it, whether the gateway runs or not.

  --since <time>, --until <time>
      Only what was seen in this time: 90s, 30m, 1h or 7d ago, or a date such as 2026-11-27T20:00Z.
  --node <name>, --database <name>, --kind <kind>
      Only what is about one of these. Each can be given several times. Kinds are those of ClusterChangeKind.
  --mutations
      Shows the mutations that were asked for instead: when each began, what came of it, what it changed, and by whom.
      One that runs, or was never ended, says NOT ENDED. With --follow it is shown again when it ends.
  --user <name>
      Only mutations of one of these callers. It can be given several times.
  --json
      A JSON object on each line.
  --follow
      Goes on with what comes, until it is stopped.
  --file <file>
      The file; that of the environment variable HISTORY_FILE when left out.
  --help
      Shows this text.
`;

export const TOKEN_USAGE = 'Usage: harper-gateway token --name NAME --role viewer|operator [--file TOKENS_FILE]';

/** The text of `harper-gateway token --help`. */
export const TOKEN_HELP = `${TOKEN_USAGE}

Makes a token for a caller, shows it once, and with it the line that lets its holder in.

  --name <name>
      Who holds the token, without spaces; the log and the audit show it.
  --role <viewer or operator>
      What its holder may do: a viewer reads, an operator also changes the cluster.
  --file <file>
      The file of TOKENS_FILE, to which the line is added; shown only when left out.
  --help
      Shows this text.
`;

/** The text of `harper-gateway --help`, made from the table of settings. */
export function helpText(): string {
  const rows = SETTING_NAMES.map((name) => {
    const setting = settingOf(name);
    const flag = flagOf(name);
    const head = flag === undefined ? `  ${name} (environment only)` : `  ${flag} <${setting.unit}>, ${name}`;
    const tail = setting.default === undefined ? '' : ` [${setting.default}]`;
    return `${head}${tail}\n      ${setting.sentence}`;
  });
  return [USAGE, ...rows, '  --help\n      Shows this text.', '  --version\n      Shows the version.', ''].join('\n');
}
