import {
  count,
  MINUTE,
  milliseconds,
  onOff,
  origins,
  pemFile,
  port,
  publicUrl,
  type Setting,
  text,
} from './setting.ts';

/** Where and how the gateway listens. */
export const listenerSettings = {
  HOST: { ...text('address'), default: '127.0.0.1', sentence: 'Address the gateway listens on.' },
  PORT: { ...port, default: '4000', sentence: 'Port the gateway listens on; 0 takes a free one.' },
  PUBLIC_URL: {
    ...publicUrl,
    sentence:
      "The gateway's address as browsers see it, path prefix included, such as https://ops.example.com/harper. " +
      'The Host header decides when left out.',
  },
  TLS_CERT_FILE: {
    ...pemFile,
    sentence: 'Certificate of the gateway itself, for https and wss; needs TLS_KEY_FILE. Read again when it changes.',
  },
  TLS_KEY_FILE: { ...pemFile, sentence: 'Private key of TLS_CERT_FILE.' },
  TLS_CLIENT_CA_FILE: {
    ...pemFile,
    sentence: 'Authority whose certificates clients must show (mTLS); none is asked for when left out.',
  },
  TRUST_PROXY: {
    ...count('proxies', 0, 10),
    default: '0',
    sentence: 'Number of reverse proxies before the gateway: that many entries of X-Forwarded-For are believed.',
  },
  CORS_ORIGINS: {
    ...origins,
    sentence: 'Origins whose pages may call the gateway from a browser, separated by commas; none when left out.',
  },
  HEADERS_TIMEOUT: {
    ...milliseconds(10, 10 * MINUTE),
    default: '10000',
    sentence: 'How long the headers of a request may take to arrive.',
  },
  REQUEST_TIMEOUT: {
    ...milliseconds(10, 10 * MINUTE),
    default: '30000',
    sentence: 'How long a whole request may take to arrive.',
  },
  MAX_HEADER_BYTES: {
    ...count('bytes', 1024, 1024 ** 2),
    default: '16384',
    sentence: 'Largest headers of a request.',
  },
  MAX_CONNECTIONS: {
    ...count('connections', 10, 1_000_000),
    default: '20000',
    sentence: 'TCP connections that may be open at once; more are closed immediately.',
  },
  GRAPHIQL: { ...onOff, default: 'true', sentence: 'Whether GraphiQL is served.' },
  SHUTDOWN_TIMEOUT: {
    ...milliseconds(0, 10 * MINUTE),
    default: '80000',
    sentence:
      'How long running requests may go on after SIGTERM, SIGINT or SIGHUP. ' +
      'Longer than WRITE_TIMEOUT loses no outcome.',
  },
} as const satisfies Record<string, Setting>;
