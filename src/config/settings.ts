import type { z } from 'zod';
import { callersSettings } from './settings/callers.ts';
import { harperSettings } from './settings/harper.ts';
import { historySettings } from './settings/history.ts';
import { limitsSettings } from './settings/limits.ts';
import { listenerSettings } from './settings/listener.ts';
import { liveSettings } from './settings/live.ts';
import { observabilitySettings } from './settings/observability.ts';
import { performanceSettings } from './settings/performance.ts';
import { redisSettings } from './settings/redis.ts';
import { sandboxSettings } from './settings/sandbox.ts';
import type { Setting } from './settings/setting.ts';

/**
 * Every setting, under the name of its environment variable. The flag is the same name in lower case with dashes
 * (`HARPER_URL`, `--harper-url`); a flag wins over the environment.
 */
export const SETTINGS = {
  ...harperSettings,
  ...listenerSettings,
  ...callersSettings,
  ...limitsSettings,
  ...liveSettings,
  ...historySettings,
  ...redisSettings,
  ...observabilitySettings,
  ...performanceSettings,
  ...sandboxSettings,
} as const satisfies Record<string, Setting>;

type Table = typeof SETTINGS;

/** Name of a setting: its environment variable. */
export type SettingName = keyof Table;

/** What a row parses its text to. */
export type SettingValue<Name extends SettingName> = z.output<Table[Name]['schema']>;

/** The settings but the secrets, each of the type that its row parses to; undefined where it has no default. */
export type Settings = {
  readonly [Name in SettingName as Table[Name] extends { secret: true } ? never : Name]: Table[Name] extends {
    default: string;
  }
    ? SettingValue<Name>
    : SettingValue<Name> | undefined;
};

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
