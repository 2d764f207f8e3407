import { z } from 'zod';
import { isHostPattern } from '../host-patterns.ts';

/** One setting of the gateway: a row of `--help` and of docs/configuration.md. */
export interface Setting {
  /** Parses the text of a flag or an environment variable. */
  readonly schema: z.ZodType;
  /** Unit or form of the value, as documentation and faults name it. */
  readonly unit: string;
  /** What it does, in a sentence or two. */
  readonly sentence: string;
  /** The text that counts when the setting is not given; left out where a setting has none. */
  readonly default?: string;
  /** Present where the value is the path of a file, which has to be readable at the start. */
  readonly reads?: 'text' | 'PEM';
  /** A secret has no flag, because process lists show flags, and is no part of `Config.settings`. */
  readonly secret?: true;
}

/** How the value of a setting is written. Its methods make the row of a setting from it. */
interface Kind<Schema extends z.ZodType, More> {
  readonly schema: Schema;
  readonly unit: string;
  defaultsTo(text: string): Kind<Schema, More & { readonly default: string }>;
  describe(sentence: string): { readonly schema: Schema; readonly unit: string; readonly sentence: string } & More;
}

/** Where browsers find the gateway. */
export interface PublicUrl {
  /** Such as `https://ops.example.com`: in lower case and without a default port, as browsers send it. */
  readonly origin: string;
  /** What stands before the gateway's own paths, such as `/harper`. It does not end in a slash, and may be empty. */
  readonly path: string;
}

export const MINUTE = 60_000;

function kind<Schema extends z.ZodType, const More extends Partial<Setting> = object>(
  unit: string,
  schema: Schema,
  more = {} as More,
): Kind<Schema, More> {
  return {
    schema,
    unit,
    defaultsTo: (text) => kind(unit, schema, { ...more, default: text }),
    describe: (sentence) => ({ schema, unit, sentence, ...more }),
  };
}

/** A whole number of things, or of bytes, within limits. */
export const count = (unit: string, minimum: number, maximum: number) =>
  kind(
    unit,
    z
      .string()
      .regex(/^-?\d+$/, 'is not a whole number')
      .transform(Number)
      .refine((value) => value >= minimum && value <= maximum, `is not between ${minimum} and ${maximum}`),
  );

export const milliseconds = (minimum: number, maximum: number) => count('ms', minimum, maximum);

export const port = count('port', 0, 65_535);

/** Any text. */
export const text = (unit: string) => kind(unit, z.string());

export const password = kind('text', z.string(), { secret: true });

export const file = kind('file', z.string(), { reads: 'text' });

export const jsonFile = kind('JSON file', z.string(), { reads: 'text' });

export const pemFile = kind('PEM file', z.string(), { reads: 'PEM' });

/** One of some words. */
export const oneOf = <const T extends readonly [string, ...string[]]>(unit: string, values: T) =>
  kind(unit, z.enum(values, `is none of ${values.join(', ')}`));

/** true, false, on, off, 1 or 0. */
export const onOff = kind(
  'true or false',
  z
    .string()
    .toLowerCase()
    .refine((value) => ['true', 'false', 'on', 'off', '1', '0'].includes(value), 'is neither true nor false')
    .transform((value) => ['true', 'on', '1'].includes(value)),
);

const isHttp = (value: string): boolean => ['http:', 'https:'].includes(URL.parse(value)?.protocol ?? '');

export const httpUrl = kind('URL', z.string().refine(isHttp, 'is not an http or https URL'));

const commaList = z.string().transform((value) => value.split(',').map((each) => each.trim()));

/** Where Harper's nodes are: http or https URLs, separated by commas, or `unix:` and the path of a domain socket. */
export const harperUrls = kind(
  'list of URLs',
  commaList.refine((list) => list.every((url) => /^unix:\/./.test(url) || isHttp(url)), {
    error: 'is not an http, https or unix:/path URL, nor a comma-separated list of them',
  }),
);

/** Where the operations API of a node is, `{host}` being its host. */
export const addressTemplate = kind(
  'URL with {host}',
  z.string().refine((value) => /^https?:\/\/(?:[\w-]+\.)*\{host\}(?:\.[\w-]+)*(?::\d{1,5})?\/?$/.test(value), {
    error: 'is not a URL such as https://{host}:9925, with {host} in its host and without a path',
  }),
);

/** Hosts by name, by pattern such as `*.example.com`, or by CIDR range, separated by commas. */
export const hostPatterns = kind(
  'list of hosts',
  commaList.refine((list) => list.every(isHostPattern), {
    error: 'is not a list of hosts such as node-1.example.com, *.example.com or 10.0.0.0/8',
  }),
);

/** An http or https URL that names nothing but a host and a path. */
export const publicUrl = kind(
  'URL',
  httpUrl.schema
    .refine((value) => !/[?#@]|[^:]\/\//.test(value), 'has a login, a query, a fragment or an empty part in its path')
    .transform((value): PublicUrl => {
      const { origin, pathname } = new URL(value);
      return { origin, path: pathname.replace(/\/$/, '') };
    }),
);

/** Origins of web pages, separated by commas. */
export const origins = kind(
  'list of origins',
  commaList.refine((list) => list.every((origin) => URL.parse(origin)?.origin === origin), {
    error: 'is not a comma-separated list of origins such as https://console.example.com',
  }),
);

/** A token as it travels in an Authorization header; a secret. */
export const bearerToken = (unit: string) =>
  kind(unit, z.string().regex(/^[A-Za-z0-9\-._~+/]+=*$/, 'has characters that no token has'), { secret: true });

/** SHA-256 fingerprints in hexadecimal, with colons or without, separated by commas or blanks. */
export const fingerprintList = z
  .string()
  .transform((value) =>
    value
      .replaceAll(':', '')
      .toUpperCase()
      .split(/[\s,]+/)
      .filter(Boolean),
  )
  .refine(
    (values) => values.length > 0 && values.every((value) => /^[0-9A-F]{64}$/.test(value)),
    'is not a SHA-256 fingerprint of 64 hexadecimal digits, or a list of them',
  );

export const fingerprints = kind('list of SHA-256', fingerprintList);
