import { integer, MINUTE, onOff, origins, type Setting, text } from './setting.ts';

/** Where and how the gateway listens. */
export const listenerSettings = {
  HOST: { schema: text, default: '127.0.0.1', unit: 'address', sentence: 'Address the gateway listens on.' },
  PORT: {
    schema: integer(0, 65_535),
    default: '4000',
    unit: 'port',
    sentence: 'Port the gateway listens on; 0 takes a free one.',
  },
  TLS_CERT_FILE: {
    schema: text,
    unit: 'PEM file',
    sentence: 'Certificate of the gateway itself, for https and wss; needs TLS_KEY_FILE. Read anew when it changes.',
  },
  TLS_KEY_FILE: {
    schema: text,
    unit: 'PEM file',
    sentence: 'Private key of TLS_CERT_FILE.',
  },
  TLS_CLIENT_CA_FILE: {
    schema: text,
    unit: 'PEM file',
    sentence: 'Authority whose certificates clients must show (mTLS); none is asked for when left out.',
  },
  TRUST_PROXY: {
    schema: integer(0, 10),
    default: '0',
    unit: 'proxies',
    sentence: 'How many reverse proxies stand before the gateway: that many entries of X-Forwarded-For are believed.',
  },
  CORS_ORIGINS: {
    schema: origins,
    unit: 'list of origins',
    sentence: 'Origins whose pages may call the gateway from a browser, separated by commas; none when left out.',
  },
  HEADERS_TIMEOUT: {
    schema: integer(10, 10 * MINUTE),
    default: '10000',
    unit: 'ms',
    sentence: 'How long the headers of a request may take to come.',
  },
  REQUEST_TIMEOUT: {
    schema: integer(10, 10 * MINUTE),
    default: '30000',
    unit: 'ms',
    sentence: 'How long a whole request may take to come.',
  },
  MAX_HEADER_BYTES: {
    schema: integer(1024, 1024 ** 2),
    default: '16384',
    unit: 'bytes',
    sentence: 'Largest headers of a request.',
  },
  MAX_CONNECTIONS: {
    schema: integer(10, 1_000_000),
    default: '20000',
    unit: 'connections',
    sentence: 'TCP connections that may be open at once; more are closed at once.',
  },
  GRAPHIQL: { schema: onOff, default: 'true', unit: 'true or false', sentence: 'Whether GraphiQL is served.' },
  SHUTDOWN_TIMEOUT: {
    schema: integer(0, 10 * MINUTE),
    default: '80000',
    unit: 'ms',
    sentence:
      'How long running requests may go on after SIGTERM or SIGINT; longer than WRITE_TIMEOUT loses no outcome.',
  },
} as const satisfies Record<string, Setting>;
