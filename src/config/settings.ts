import { z } from 'zod';

/** One setting of the gateway: a row of `--help` and of docs/configuration.md. */
export interface Setting {
  /** Parses the text of a flag or an environment variable. */
  readonly schema: z.ZodType;
  /** What stands in the documentation as default; left out where a setting has none. */
  readonly default?: string;
  /** Unit or form of the value. */
  readonly unit: string;
  /** What it does, in one sentence. */
  readonly sentence: string;
  /** A secret has no flag: process lists show flags. */
  readonly secret?: true;
}

const text = z.string();

const integer = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^-?\d+$/, 'is not a whole number')
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, `is not between ${minimum} and ${maximum}`);

const onOff = z
  .string()
  .toLowerCase()
  .refine((value) => ['true', 'false', 'on', 'off', '1', '0'].includes(value), 'is neither true nor false')
  .transform((value) => ['true', 'on', '1'].includes(value));

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, `is none of ${values.join(', ')}`);

const harperUrl = z.string().refine((value) => {
  if (value.startsWith('unix:')) return value.startsWith('unix:/') && value.length > 'unix:/'.length;
  const url = URL.parse(value);
  return url !== null && ['http:', 'https:'].includes(url.protocol) && url.hostname !== '';
}, 'is not an http, https or unix:/path URL');

const origins = z
  .string()
  .transform((value) => value.split(',').map((origin) => origin.trim()))
  .refine((list) => list.every((origin) => URL.parse(origin)?.origin === origin), {
    error: 'is not a comma-separated list of origins such as https://console.example.com',
  });

const MINUTE = 60_000;

/**
 * Every setting, under the name of its environment variable. The flag is the same name in lower case with dashes
 * (`HARPER_URL`, `--harper-url`); a flag wins over the environment.
 */
export const SETTINGS = {
  HARPER_URL: {
    schema: harperUrl,
    unit: 'URL',
    sentence:
      "Harper's operations API: https://host:9925, http://host:9925, or unix:/path for its domain socket; without any HARPER_ setting the embedded sandbox cluster is started instead.",
  },
  HARPER_USERNAME: {
    schema: text,
    unit: 'name',
    sentence:
      'User the gateway itself logs in as, for callers without credentials of their own; only on a loopback HOST.',
  },
  HARPER_PASSWORD: { schema: text, unit: 'text', secret: true, sentence: 'Password of HARPER_USERNAME.' },
  HARPER_TOKEN: {
    schema: z.string().regex(/^[A-Za-z0-9\-._~+/]+=*$/, 'has characters that no token has'),
    unit: 'JWT',
    secret: true,
    sentence: 'Operation token the gateway itself logs in with, instead of HARPER_USERNAME and HARPER_PASSWORD.',
  },
  HARPER_CA_FILE: {
    schema: text,
    unit: 'PEM file',
    sentence: "Certificate authority that signed Harper's certificate, for a self-signed Harper.",
  },
  HARPER_CERT_FILE: {
    schema: text,
    unit: 'PEM file',
    sentence: 'Client certificate shown to Harper (mTLS); needs HARPER_KEY_FILE.',
  },
  HARPER_KEY_FILE: { schema: text, unit: 'PEM file', sentence: 'Private key of HARPER_CERT_FILE.' },
  HARPER_TLS_VERIFY: {
    schema: onOff,
    default: 'true',
    unit: 'true or false',
    sentence: "Whether Harper's certificate is verified; false is for trials only and is warned about at every start.",
  },
  HOST: { schema: text, default: '127.0.0.1', unit: 'address', sentence: 'Address the gateway listens on.' },
  PORT: {
    schema: integer(0, 65_535),
    default: '4000',
    unit: 'port',
    sentence: 'Port the gateway listens on; 0 takes a free one.',
  },
  READ_TIMEOUT: {
    schema: integer(10, 10 * MINUTE),
    default: '10000',
    unit: 'ms',
    sentence: 'How long a query may wait for Harper, counted from its arrival at the gateway.',
  },
  WRITE_TIMEOUT: {
    schema: integer(10, 10 * MINUTE),
    default: '75000',
    unit: 'ms',
    sentence: 'How long a mutation may wait for Harper; Harper itself takes 60 s to give up on a silent peer.',
  },
  CONNECT_TIMEOUT: {
    schema: integer(10, MINUTE),
    default: '5000',
    unit: 'ms',
    sentence: 'How long opening a connection to Harper may take, TLS included.',
  },
  MAX_RESPONSE_BYTES: {
    schema: integer(1024, 1024 ** 3),
    default: '16777216',
    unit: 'bytes',
    sentence: 'Largest answer taken from Harper.',
  },
  MAX_BODY_BYTES: {
    schema: integer(1024, 64 * 1024 ** 2),
    default: '1048576',
    unit: 'bytes',
    sentence: 'Largest GraphQL request taken from a client.',
  },
  MAX_DOCUMENT_TOKENS: {
    schema: integer(100, 100_000),
    default: '2000',
    unit: 'tokens',
    sentence: 'Largest GraphQL document taken; it bounds depth and aliases as well.',
  },
  STATUS_CONCURRENCY: {
    schema: integer(1, 64),
    default: '4',
    unit: 'calls',
    sentence:
      'How many cluster_status calls may be in flight at once to a Harper that answers them on its main thread; any other Harper gets one at a time.',
  },
  POLL_INTERVAL: {
    schema: integer(100, MINUTE),
    default: '1000',
    unit: 'ms',
    sentence: 'How often cluster_status is read while somebody watches.',
  },
  FEED_CAPACITY: {
    schema: integer(1, 1_000_000),
    default: '10000',
    unit: 'changes',
    sentence: 'How many changes are kept for live readers that come back with a cursor, or fall behind.',
  },
  SHARE_PAYLOADS: {
    schema: onOff,
    default: 'true',
    unit: 'true or false',
    sentence:
      'Whether a live payload is executed and serialised once for all subscribers that get the same; switch it off only to compare.',
  },
  WATCH_LINGER: {
    schema: integer(0, MINUTE),
    default: '3000',
    unit: 'ms',
    sentence:
      'How long polling goes on after the last live reader has left, so that one who comes back misses nothing.',
  },
  SOCKET_INIT_TIMEOUT: {
    schema: integer(10, MINUTE),
    default: '3000',
    unit: 'ms',
    sentence: 'How long a WebSocket may be open without connection_init.',
  },
  SOCKET_PING_INTERVAL: {
    schema: integer(100, MINUTE),
    default: '12000',
    unit: 'ms',
    sentence: 'How often live connections are pinged; a WebSocket that has not answered by the next ping is closed.',
  },
  SOCKET_BUFFER_BYTES: {
    schema: integer(1024, 1024 ** 3),
    default: '8388608',
    unit: 'bytes',
    sentence: 'How much may wait to be sent on a WebSocket whose client does not read; at more it is cut.',
  },
  LAG_THRESHOLD: {
    schema: integer(0, 24 * 60 * MINUTE),
    default: '5000',
    unit: 'ms',
    sentence: 'Lag from which a receiving socket makes its connection LAGGING.',
  },
  BACK_PRESSURE_THRESHOLD: {
    schema: integer(1, 100),
    default: '75',
    unit: 'percent',
    sentence: 'Back-pressure from which a socket makes its connection LAGGING.',
  },
  LIVENESS_THRESHOLD: {
    schema: integer(1000, 60 * MINUTE),
    default: '90000',
    unit: 'ms',
    sentence: 'Age of the last sign of life from which a socket makes its connection LAGGING.',
  },
  CORS_ORIGINS: {
    schema: origins,
    unit: 'list of origins',
    sentence: 'Origins whose pages may call the gateway from a browser, separated by commas; none when left out.',
  },
  GRAPHIQL: { schema: onOff, default: 'true', unit: 'true or false', sentence: 'Whether GraphiQL is served.' },
  LOG_LEVEL: {
    schema: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    default: 'info',
    unit: 'level',
    sentence: 'Least level that is logged: trace, debug, info, warn, error, fatal or silent.',
  },
  SHUTDOWN_TIMEOUT: {
    schema: integer(0, 10 * MINUTE),
    default: '80000',
    unit: 'ms',
    sentence:
      'How long running requests may go on after SIGTERM or SIGINT; longer than WRITE_TIMEOUT loses no outcome.',
  },
  SANDBOX_DIALECT: {
    schema: oneOf(['4.7', '5.2']),
    default: '4.7',
    unit: 'version',
    sentence: 'Which Harper the sandbox cluster behaves as: 4.7 or 5.2.',
  },
  SANDBOX_NODES: {
    schema: integer(1, 50),
    default: '3',
    unit: 'nodes',
    sentence: 'How many nodes the sandbox cluster has, besides one spare that can be added.',
  },
  SANDBOX_CONTROL_PORT: {
    schema: integer(0, 65_535),
    default: '4001',
    unit: 'port',
    sentence: 'Loopback port on which sandbox nodes are killed, frozen and brought back; 0 takes a free one.',
  },
} as const satisfies Record<string, Setting>;

/** Name of a setting: its environment variable. */
export type SettingName = keyof typeof SETTINGS;

/** A setting's row, typed as the general shape. */
export function settingOf(name: SettingName): Setting {
  return SETTINGS[name];
}

/** The flag of a setting, such as `--harper-url`; undefined for a secret. */
export function flagOf(name: SettingName): string | undefined {
  return settingOf(name).secret ? undefined : `--${name.toLowerCase().replaceAll('_', '-')}`;
}

/** Names of all settings in the order of the table. */
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];
