import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import type { z } from 'zod';
import type { SETTINGS, SettingName } from './settings.ts';

/** The values of the settings, as far as they are known. */
export type Values = { [Name in SettingName]?: z.output<(typeof SETTINGS)[Name]['schema']> };

/** The settings as they are being read; checks add what they find to `faults`. */
export interface Reading {
  readonly values: Values;
  /** What was given, by a flag or a variable, and is no default. */
  readonly given: ReadonlySet<SettingName>;
  readonly faults: string[];
}

/** Names a fault when one of two settings is given without the other. */
export function requirePair({ given, faults }: Reading, one: SettingName, other: SettingName): void {
  if (given.has(one) && !given.has(other)) faults.push(`${one} without ${other}`);
  if (given.has(other) && !given.has(one)) faults.push(`${other} without ${one}`);
}

/** Names a fault when settings are given that exclude each other. */
export function excludeEachOther({ given, faults }: Reading, ...names: SettingName[]): void {
  const both = names.filter((name) => given.has(name));
  if (both.length > 1) faults.push(`${both.join(' and ')} exclude each other`);
}

/** The text of a file that a setting names; a fault, and undefined, where it cannot be read. */
export function readSettingFile({ values, faults }: Reading, name: SettingName, pem: boolean): string | undefined {
  const path = values[name];
  if (typeof path !== 'string') return undefined;
  try {
    const content = readFileSync(path, 'utf8');
    if (pem && !content.includes('-----BEGIN ')) faults.push(`${name}: ${path} is not a PEM file`);
    return content;
  } catch (error) {
    faults.push(`${name}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
    return undefined;
  }
}

/** Whether an address or name always means this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));
}
