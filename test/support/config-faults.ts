import { ConfigError, readConfig } from '../../src/config/config.ts';

/** What a start with such an environment is refused for; nothing where it is not. */
export function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig({}, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}
