import { count, MINUTE, milliseconds, onOff } from './setting.ts';

/** Live status and changes. */
export const liveSettings = {
  POLL_INTERVAL: milliseconds(100, MINUTE)
    .defaultsTo('1000')
    .describe('How often cluster_status is read while somebody watches.'),
  CHANGE_GRACE: milliseconds(0, 10 * MINUTE)
    .defaultsTo('1000')
    .describe(
      'How long a difference in the cluster has to last until clusterChanged tells it: views differ for a moment ' +
        'when nodes join or leave, or databases appear.',
    ),
  RECOVERY_GRACE: milliseconds(0, 10 * MINUTE)
    .defaultsTo('13000')
    .describe(
      'How long clusterChanged gives the links of a node that is back, or new: peers retry them more and more seldom.',
    ),
  CUT_GRACE: milliseconds(0, 10 * MINUTE)
    .defaultsTo('30000')
    .describe('How long one end of a link may be down, and the other up, until clusterChanged tells it.'),
  FEED_CAPACITY: count('changes', 1, 1_000_000)
    .defaultsTo('10000')
    .describe('How many changes are kept for subscribers that come back with a cursor, or fall behind.'),
  SHARE_PAYLOADS: onOff
    .defaultsTo('true')
    .describe(
      'Whether a live payload is executed and serialised once for all subscribers that get the same. ' +
        'Switch it off only to compare.',
    ),
  WATCH_LINGER: milliseconds(0, 10 * MINUTE)
    .defaultsTo('60000')
    .describe(
      "How long polling goes on, with the last reader's login, after that reader has left. " +
        'Who comes back in time misses nothing.',
    ),
  LAG_THRESHOLD: milliseconds(0, 24 * 60 * MINUTE)
    .defaultsTo('5000')
    .describe('Lag from which a receiving socket makes its connection LAGGING.'),
  BACK_PRESSURE_THRESHOLD: count('percent', 1, 100)
    .defaultsTo('75')
    .describe('Back-pressure from which a socket makes its connection LAGGING.'),
  LIVENESS_THRESHOLD: milliseconds(1000, 60 * MINUTE)
    .defaultsTo('90000')
    .describe('Age of the last sign of life from which a socket makes its connection LAGGING.'),
  SOCKET_INIT_TIMEOUT: milliseconds(10, MINUTE)
    .defaultsTo('3000')
    .describe(
      'How long a WebSocket may be open without connection_init, and then without a login that has been accepted.',
    ),
  SOCKET_IDLE_TIMEOUT: milliseconds(100, 24 * 60 * MINUTE)
    .defaultsTo('600000')
    .describe('How long a WebSocket may be open without any operation.'),
  SOCKET_PING_INTERVAL: milliseconds(100, MINUTE)
    .defaultsTo('12000')
    .describe('How often live connections are pinged. A WebSocket that has not answered by the next ping is closed.'),
  SOCKET_BUFFER_BYTES: count('bytes', 1024, 1024 ** 3)
    .defaultsTo('8388608')
    .describe('How much may wait to be sent on a WebSocket whose client does not read. At more it is closed.'),
  MAX_SOCKETS_PER_ADDRESS: count('sockets', 1, 1_000_000)
    .defaultsTo('1000')
    .describe('WebSockets and event streams that one address may have open.'),
  MAX_SOCKETS_PER_CALLER: count('sockets', 1, 1_000_000)
    .defaultsTo('10000')
    .describe('WebSockets and event streams that one caller may have open.'),
  MAX_SUBSCRIPTIONS_PER_SOCKET: count('operations', 1, 100_000)
    .defaultsTo('100')
    .describe('Operations that may run at once on one WebSocket.'),
  MAX_SUBSCRIPTIONS_PER_CALLER: count('subscriptions', 1, 1_000_000)
    .defaultsTo('10000')
    .describe('Subscriptions that one caller may have running.'),
  MAX_DISTINCT_SUBSCRIPTIONS_PER_CALLER: count('subscriptions', 1, 1_000_000)
    .defaultsTo('256')
    .describe('Different subscriptions that one caller may have running. Equal ones cost next to nothing.'),
  MAX_SUBSCRIPTIONS: count('subscriptions', 1, 1_000_000)
    .defaultsTo('50000')
    .describe('Subscriptions that may run at once, of all callers.'),
};
