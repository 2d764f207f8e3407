import { count, MINUTE, milliseconds, oneOf, onOff, origins, pemFile, port, publicUrl, text } from './setting.ts';

/** Where and how the gateway listens. */
export const listenerSettings = {
  HOST: text('address').defaultsTo('127.0.0.1').describe('Address the gateway listens on.'),
  PORT: port.defaultsTo('4000').describe('Port the gateway listens on; 0 takes a free one.'),
  PUBLIC_URL: publicUrl.describe(
    "The gateway's address as browsers see it, path prefix included, such as https://ops.example.com/harper. " +
      'The Host header decides when left out.',
  ),
  TLS_CERT_FILE: pemFile.describe(
    'Certificate of the gateway itself, for https and wss; needs TLS_KEY_FILE. Read again when it changes.',
  ),
  TLS_KEY_FILE: pemFile.describe('Private key of TLS_CERT_FILE.'),
  TLS_CLIENT_CA_FILE: pemFile.describe(
    'Authority whose certificates clients must show (mTLS); none is asked for when left out.',
  ),
  TRUST_PROXY: count('proxies', 0, 10)
    .defaultsTo('0')
    .describe('Number of reverse proxies before the gateway: that many entries of PROXY_HEADER are believed.'),
  PROXY_HEADER: oneOf('header', ['X-Forwarded-For', 'Forwarded'])
    .defaultsTo('X-Forwarded-For')
    .describe('Header in which those proxies say whom they speak for: the one that they write themselves.'),
  IPV6_PREFIX: count('bits', 1, 128)
    .defaultsTo('64')
    .describe('Bits of an IPv6 address that limits count: one customer of a provider has a whole network.'),
  CORS_ORIGINS: origins.describe(
    'Origins whose pages may call the gateway from a browser, separated by commas; none when left out.',
  ),
  HEADERS_TIMEOUT: milliseconds(10, 10 * MINUTE)
    .defaultsTo('10000')
    .describe('How long the headers of a request may take to arrive.'),
  REQUEST_TIMEOUT: milliseconds(10, 10 * MINUTE)
    .defaultsTo('30000')
    .describe('How long a whole request may take to arrive.'),
  ANSWER_TIMEOUT: milliseconds(10, 10 * MINUTE)
    .defaultsTo('60000')
    .describe('How long a client may take to read an answer; then its connection is cut.'),
  KEEP_ALIVE_TIMEOUT: milliseconds(10, 60 * MINUTE)
    .defaultsTo('65000')
    .describe(
      'How long a connection without a request stays open. ' +
        'Longer than that of a load balancer before it, which is 60 s for most.',
    ),
  MAX_HEADER_BYTES: count('bytes', 1024, 1024 ** 2)
    .defaultsTo('16384')
    .describe('Largest headers of a request.'),
  MAX_CONNECTIONS: count('connections', 10, 1_000_000)
    .defaultsTo('20000')
    .describe('TCP connections that may be open at once; more are closed immediately.'),
  CONSOLE: onOff
    .defaultsTo('true')
    .describe('Whether the console, the page for people, is served at /console; / leads there then.'),
  GRAPHIQL: onOff.defaultsTo('true').describe('Whether GraphiQL is served.'),
  SHUTDOWN_DELAY: milliseconds(0, 10 * MINUTE)
    .defaultsTo('0')
    .describe(
      'How long everything goes on after SIGTERM, while /ready says 503: ' +
        'load balancers send requests elsewhere meanwhile.',
    ),
  SHUTDOWN_TIMEOUT: milliseconds(0, 10 * MINUTE)
    .defaultsTo('80000')
    .describe(
      'How long running requests may go on after SIGTERM, SIGINT or SIGHUP, in all. ' +
        'Longer than WRITE_TIMEOUT loses no outcome.',
    ),
};
