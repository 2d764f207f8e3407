import { integer, MINUTE, onOff, type Setting } from './setting.ts';

/** Live readings. */
export const liveSettings = {
  POLL_INTERVAL: {
    schema: integer(100, MINUTE),
    default: '1000',
    unit: 'ms',
    sentence: 'How often cluster_status is read while somebody watches.',
  },
  FEED_CAPACITY: {
    schema: integer(1, 1_000_000),
    default: '10000',
    unit: 'changes',
    sentence: 'How many changes are kept for live readers that come back with a cursor, or fall behind.',
  },
  SHARE_PAYLOADS: {
    schema: onOff,
    default: 'true',
    unit: 'true or false',
    sentence:
      'Whether a live payload is executed and serialised once for all subscribers that get the same; switch it off only to compare.',
  },
  WATCH_LINGER: {
    schema: integer(0, MINUTE),
    default: '3000',
    unit: 'ms',
    sentence:
      'How long polling goes on after the last live reader has left, so that one who comes back misses nothing.',
  },
  LAG_THRESHOLD: {
    schema: integer(0, 24 * 60 * MINUTE),
    default: '5000',
    unit: 'ms',
    sentence: 'Lag from which a receiving socket makes its connection LAGGING.',
  },
  BACK_PRESSURE_THRESHOLD: {
    schema: integer(1, 100),
    default: '75',
    unit: 'percent',
    sentence: 'Back-pressure from which a socket makes its connection LAGGING.',
  },
  LIVENESS_THRESHOLD: {
    schema: integer(1000, 60 * MINUTE),
    default: '90000',
    unit: 'ms',
    sentence: 'Age of the last sign of life from which a socket makes its connection LAGGING.',
  },
  SOCKET_INIT_TIMEOUT: {
    schema: integer(10, MINUTE),
    default: '3000',
    unit: 'ms',
    sentence: 'How long a WebSocket may be open without connection_init.',
  },
  SOCKET_IDLE_TIMEOUT: {
    schema: integer(100, 24 * 60 * MINUTE),
    default: '600000',
    unit: 'ms',
    sentence: 'How long a WebSocket may be open without any operation.',
  },
  SOCKET_PING_INTERVAL: {
    schema: integer(100, MINUTE),
    default: '12000',
    unit: 'ms',
    sentence: 'How often live connections are pinged; a WebSocket that has not answered by the next ping is closed.',
  },
  SOCKET_BUFFER_BYTES: {
    schema: integer(1024, 1024 ** 3),
    default: '8388608',
    unit: 'bytes',
    sentence: 'How much may wait to be sent on a WebSocket whose client does not read; at more it is cut.',
  },
  MAX_SOCKETS_PER_ADDRESS: {
    schema: integer(1, 1_000_000),
    default: '1000',
    unit: 'sockets',
    sentence: 'WebSockets and event streams that one address may have open.',
  },
  MAX_SOCKETS_PER_CALLER: {
    schema: integer(1, 1_000_000),
    default: '10000',
    unit: 'sockets',
    sentence: 'WebSockets and event streams that one caller may have open.',
  },
  MAX_SUBSCRIPTIONS_PER_SOCKET: {
    schema: integer(1, 100_000),
    default: '100',
    unit: 'operations',
    sentence: 'Operations that may run at once on one WebSocket.',
  },
  MAX_SUBSCRIPTIONS_PER_CALLER: {
    schema: integer(1, 1_000_000),
    default: '10000',
    unit: 'subscriptions',
    sentence: 'Subscriptions that one caller may have running.',
  },
  MAX_SUBSCRIPTIONS: {
    schema: integer(1, 1_000_000),
    default: '50000',
    unit: 'subscriptions',
    sentence: 'Subscriptions that may run at once, of all callers.',
  },
} as const satisfies Record<string, Setting>;
