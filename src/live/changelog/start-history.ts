import type { Settings } from '../../config/settings.ts';
import type { Logger } from '../../observability/logger.ts';
import type { Clock } from '../../util/clock.ts';
import { createHistory, type History } from './history.ts';
import { createLoginNames } from './logins.ts';

/** Milliseconds of a day. */
const DAY = 86_400_000;

/**
 * Starts what keeps changes beyond the life of a watch, where the settings name it.
 * @throws an error that names the setting where the file cannot be used
 */
export async function startHistory(settings: Settings, clock: Clock, logger: Logger): Promise<History | undefined> {
  const { HISTORY_FILE: path } = settings;
  if (path === undefined) return undefined;
  // Loaded where it is wanted only.
  const { openSqliteStore } = await import('./sqlite/sqlite-store.ts');
  try {
    const store = await openSqliteStore(path, (error) => logger.error({ err: error }, 'The history has failed'));
    return createHistory({
      store,
      nameLogin: createLoginNames(`${path}.key`),
      capacity: settings.FEED_CAPACITY,
      retention: settings.HISTORY_RETENTION * DAY,
      retained: settings.HISTORY_CAPACITY,
      clock,
      logger,
    });
  } catch (error) {
    throw new Error(`HISTORY_FILE ${path} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}
