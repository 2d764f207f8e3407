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

/** Any text. */
export const text = z.string();

/** A whole number within bounds. */
export const integer = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^-?\d+$/, 'is not a whole number')
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, `is not between ${minimum} and ${maximum}`);

/** true, false, on, off, 1 or 0. */
export const onOff = z
  .string()
  .toLowerCase()
  .refine((value) => ['true', 'false', 'on', 'off', '1', '0'].includes(value), 'is neither true nor false')
  .transform((value) => ['true', 'on', '1'].includes(value));

/** One of some words. */
export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, `is none of ${values.join(', ')}`);

/** Where Harper is. */
export const harperUrl = z.string().refine((value) => {
  if (value.startsWith('unix:')) return value.startsWith('unix:/') && value.length > 'unix:/'.length;
  const url = URL.parse(value);
  return url !== null && ['http:', 'https:'].includes(url.protocol) && url.hostname !== '';
}, 'is not an http, https or unix:/path URL');

/** Origins of web pages, separated by commas. */
export const origins = z
  .string()
  .transform((value) => value.split(',').map((origin) => origin.trim()))
  .refine((list) => list.every((origin) => URL.parse(origin)?.origin === origin), {
    error: 'is not a comma-separated list of origins such as https://console.example.com',
  });

/** A token as it travels in an Authorization header. */
export const bearerToken = z.string().regex(/^[A-Za-z0-9\-._~+/]+=*$/, 'has characters that no token has');

/** An http or https URL. */
export const httpUrl = z.string().refine((value) => {
  const url = URL.parse(value);
  return url !== null && ['http:', 'https:'].includes(url.protocol);
}, 'is not an http or https URL');

/** A SHA-256 fingerprint in hexadecimal, with colons or without. */
export const fingerprint = z
  .string()
  .transform((value) => value.replaceAll(':', '').toUpperCase())
  .refine((value) => /^[0-9A-F]{64}$/.test(value), 'is not a SHA-256 fingerprint of 64 hexadecimal digits');

export const MINUTE = 60_000;
