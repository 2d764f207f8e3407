import type { SettingName } from '../../config/settings.ts';
import { GatewayError } from '../../errors.ts';
import { createRoster } from '../../roster.ts';

/** A bounded number of places, in all or for each of some keys. */
export interface Seats {
  /** Takes a place and returns what gives it back, to be called once; the error where there is none left. */
  take(key?: string): (() => void) | GatewayError;
  /** How many places are taken in all. */
  readonly taken: number;
}

/**
 * Creates free places.
 * @param most how many one key may take
 * @param limit the setting that says so
 * @param what they are, for people
 * @param code LIMIT_EXCEEDED, or RATE_LIMITED where places come free by themselves soon
 */
export function createSeats(
  most: number,
  limit: SettingName,
  what: string,
  code: 'LIMIT_EXCEEDED' | 'RATE_LIMITED' = 'LIMIT_EXCEEDED',
): Seats {
  const counts = createRoster(
    () => ({ count: 0 }),
    ({ count }) => count === 0,
  );
  let taken = 0;
  return {
    get taken() {
      return taken;
    },
    take(key = '') {
      const held = counts.of(key);
      if (held.count >= most) return new GatewayError(code, `There are ${most} ${what} already.`, { limit });
      held.count += 1;
      taken += 1;
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        taken -= 1;
        held.count -= 1;
      };
    },
  };
}
