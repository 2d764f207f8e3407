import { count, integer, MINUTE, milliseconds, onOff, type Setting } from './setting.ts';

/** Live status and changes. */
export const liveSettings = {
  POLL_INTERVAL: {
    ...milliseconds(100, MINUTE),
    default: '1000',
    sentence: 'How often cluster_status is read while somebody watches.',
  },
  FEED_CAPACITY: {
    ...count('changes', 1, 1_000_000),
    default: '10000',
    sentence: 'How many changes are kept for subscribers that come back with a cursor, or fall behind.',
  },
  SHARE_PAYLOADS: {
    ...onOff,
    default: 'true',
    sentence:
      'Whether a live payload is executed and serialised once for all subscribers that get the same. ' +
      'Switch it off only to compare.',
  },
  WATCH_LINGER: {
    schema: integer(0, 10 * MINUTE),
    default: '60000',
    unit: 'ms',
    sentence:
      "How long polling goes on, with the last reader's login, after that reader has left. " +
      'Who comes back in time misses nothing.',
  },
  LAG_THRESHOLD: {
    ...milliseconds(0, 24 * 60 * MINUTE),
    default: '5000',
    sentence: 'Lag from which a receiving socket makes its connection LAGGING.',
  },
  BACK_PRESSURE_THRESHOLD: {
    ...count('percent', 1, 100),
    default: '75',
    sentence: 'Back-pressure from which a socket makes its connection LAGGING.',
  },
  LIVENESS_THRESHOLD: {
    ...milliseconds(1000, 60 * MINUTE),
    default: '90000',
    sentence: 'Age of the last sign of life from which a socket makes its connection LAGGING.',
  },
  SOCKET_INIT_TIMEOUT: {
    ...milliseconds(10, MINUTE),
    default: '3000',
    sentence: 'How long a WebSocket may be open without connection_init.',
  },
  SOCKET_IDLE_TIMEOUT: {
    ...milliseconds(100, 24 * 60 * MINUTE),
    default: '600000',
    sentence: 'How long a WebSocket may be open without any operation.',
  },
  SOCKET_PING_INTERVAL: {
    ...milliseconds(100, MINUTE),
    default: '12000',
    sentence: 'How often live connections are pinged. A WebSocket that has not answered by the next ping is closed.',
  },
  SOCKET_BUFFER_BYTES: {
    ...count('bytes', 1024, 1024 ** 3),
    default: '8388608',
    sentence: 'How much may wait to be sent on a WebSocket whose client does not read. At more it is closed.',
  },
  MAX_SOCKETS_PER_ADDRESS: {
    ...count('sockets', 1, 1_000_000),
    default: '1000',
    sentence: 'WebSockets and event streams that one address may have open.',
  },
  MAX_SOCKETS_PER_CALLER: {
    ...count('sockets', 1, 1_000_000),
    default: '10000',
    sentence: 'WebSockets and event streams that one caller may have open.',
  },
  MAX_SUBSCRIPTIONS_PER_SOCKET: {
    ...count('operations', 1, 100_000),
    default: '100',
    sentence: 'Operations that may run at once on one WebSocket.',
  },
  MAX_SUBSCRIPTIONS_PER_CALLER: {
    ...count('subscriptions', 1, 1_000_000),
    default: '10000',
    sentence: 'Subscriptions that one caller may have running.',
  },
  MAX_SUBSCRIPTIONS: {
    ...count('subscriptions', 1, 1_000_000),
    default: '50000',
    sentence: 'Subscriptions that may run at once, of all callers.',
  },
} as const satisfies Record<string, Setting>;
