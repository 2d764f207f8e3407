import { Gauge, type Registry } from 'prom-client';

/** What is shown of the changes that are kept beyond the life of the process. */
export interface HistoryValues {
  readonly isKept: boolean;
  /** Changes that wait to be kept, and that could not be. */
  readonly waiting: number;
  readonly lost: number;
  /** Of how many logins this gateway polls for all, and of how many another one does; undefined where it is alone. */
  readonly shared: { readonly polled: number; readonly followed: number } | undefined;
  /** How much there is; undefined where that cannot be found out. */
  readonly size: { readonly bytes: number; readonly changes: number; readonly oldestAt: number | null } | undefined;
}

/** Adds the gauges. */
export function defineHistoryGauges(registers: Registry[], read: () => Promise<HistoryValues>): void {
  // All gauges of one scrape are of one look.
  let looking: Promise<HistoryValues> | undefined;
  function look(): Promise<HistoryValues> {
    looking ??= read().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  const define = (name: string, help: string, pick: (values: HistoryValues) => number | null | undefined) =>
    new Gauge({
      name: `harper_gateway_history_${name}`,
      help,
      registers,
      async collect() {
        const value = pick(await look());
        if (value == null) this.remove();
        else this.set(value);
      },
    });
  define('kept', 'Whether changes are being kept: 1, or 0 while they are in memory only.', ({ isKept }) =>
    Number(isKept),
  );
  define('waiting', 'Changes that wait to be kept.', ({ waiting }) => waiting);
  define('lost', 'Changes that could not be kept, since the start.', ({ lost }) => lost);
  define('polled', 'Logins that this gateway polls for all that share a Redis.', ({ shared }) => shared?.polled);
  define('followed', 'Logins that another gateway polls for this one.', ({ shared }) => shared?.followed);
  define('bytes', 'Size of the history.', ({ size }) => size?.bytes);
  define('changes', 'Changes in the history.', ({ size }) => size?.changes);
  define('oldest_timestamp_seconds', 'When the oldest change was observed, in seconds since 1970.', ({ size }) =>
    size?.oldestAt == null ? null : size.oldestAt / 1000,
  );
}
