import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { flagOf, SETTING_NAMES, type SettingName, type SettingValue, settingOf } from './settings.ts';

/** The settings before it is known whether they fit together; checks add what they find to `faults`. */
export interface ParsedSettings {
  /** Without those that are wrong, and those that are neither given nor have a default. */
  readonly values: { readonly [Name in SettingName]?: SettingValue<Name> };
  /** What was given, by a flag or a variable, and is no default. */
  readonly given: ReadonlySet<SettingName>;
  /** Texts of the files that settings name. */
  readonly texts: ReadonlyMap<SettingName, string>;
  readonly faults: string[];
}

/** Parses each setting by itself, and reads the files that are named. */
export function parseSettings(
  flags: Partial<Record<SettingName, string>>,
  environment: Record<string, string | undefined>,
): ParsedSettings {
  const values: Partial<Record<SettingName, unknown>> = {};
  const given = new Set<SettingName>();
  const texts = new Map<SettingName, string>();
  const faults: string[] = [];
  for (const name of SETTING_NAMES) {
    const setting = settingOf(name);
    const raw = flags[name] ?? environment[name];
    if (raw !== undefined) given.add(name);
    if (raw === '') faults.push(`${name} is empty; leave it out or give it a value`);
    const value = raw ?? setting.default;
    if (!value) continue;
    const flag = flagOf(name);
    const form = flag === undefined ? setting.unit : `${setting.unit}, or ${flag}`;
    const result = setting.schema.safeParse(value);
    if (result.success) values[name] = result.data;
    else faults.push(`${name} ${result.error.issues[0]?.message} (${form})`);
    if (setting.reads === undefined) continue;
    try {
      texts.set(name, readFileSync(value, 'utf8'));
    } catch (error) {
      faults.push(`${name}: ${value} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
    }
    if (setting.reads === 'PEM' && texts.get(name)?.includes('-----BEGIN ') === false)
      faults.push(`${name}: ${value} is not a PEM file`);
  }
  return { values: values as ParsedSettings['values'], given, texts, faults };
}

/** Names a fault when one of two settings is given without the other. */
export function requirePair({ given, faults }: ParsedSettings, one: SettingName, other: SettingName): void {
  if (given.has(one) && !given.has(other)) faults.push(`${one} without ${other}`);
  if (given.has(other) && !given.has(one)) faults.push(`${other} without ${one}`);
}

/** Names a fault when several of some settings are given, of which there may be one. */
export function excludeEachOther({ given, faults }: ParsedSettings, ...names: SettingName[]): void {
  const found = names.filter((name) => given.has(name));
  if (found.length > 1) faults.push(`${found.join(' and ')} exclude each other`);
}

/** Whether other machines can reach the gateway. */
export function isExposed({ values }: ParsedSettings): boolean {
  return values.HOST !== undefined && !isLoopback(values.HOST);
}

/** Whether an address or name always means this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));
}
