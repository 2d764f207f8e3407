import {
  bearerToken,
  count,
  file,
  fingerprint,
  harperUrl,
  MINUTE,
  milliseconds,
  oneOf,
  onOff,
  pemFile,
  type Setting,
  text,
} from './setting.ts';

/** How Harper is reached, and how the gateway itself logs in there. */
export const harperSettings = {
  HARPER_URL: {
    ...harperUrl,
    sentence:
      "Harper's operations API: https://host:9925, http://host:9925, or unix:/path for its domain socket. " +
      'Without any HARPER_ setting the embedded sandbox cluster is started.',
  },
  HARPER_USERNAME: {
    ...text('name'),
    sentence: 'User that the gateway itself logs in as (SERVICE mode). It gets operation tokens and refreshes them.',
  },
  HARPER_PASSWORD: { ...text('text'), secret: true, sentence: 'Password of HARPER_USERNAME.' },
  HARPER_PASSWORD_FILE: {
    ...file,
    sentence: 'File that holds HARPER_PASSWORD. Read again whenever the gateway logs in.',
  },
  HARPER_TOKEN: {
    ...bearerToken('JWT'),
    secret: true,
    sentence: 'Operation token that the gateway itself logs in with, instead of a user and a password (SERVICE mode).',
  },
  HARPER_TOKEN_FILE: { ...file, sentence: 'File that holds HARPER_TOKEN. Read again when it changes.' },
  HARPER_LOGIN: {
    ...oneOf('certificate or socket', ['certificate', 'socket']),
    sentence:
      "How the gateway itself logs in without a password (SERVICE mode): by its client certificate, or by Harper's " +
      'domain socket. On that socket a request without a login is a super user.',
  },
  HARPER_CA_FILE: {
    ...pemFile,
    sentence: "Certificate authority that signed Harper's certificate, for a self-signed Harper.",
  },
  HARPER_CERT_FILE: { ...pemFile, sentence: 'Client certificate shown to Harper (mTLS); needs HARPER_KEY_FILE.' },
  HARPER_KEY_FILE: { ...pemFile, sentence: 'Private key of HARPER_CERT_FILE.' },
  HARPER_FINGERPRINT: {
    ...fingerprint,
    sentence:
      "Fingerprint of Harper's certificate. Any other is refused, and who signed it does not matter: for a " +
      'self-signed Harper.',
  },
  HARPER_TLS_VERIFY: {
    ...onOff,
    default: 'true',
    sentence: "Whether Harper's certificate is verified. false is for trials only, with a warning at every start.",
  },
  READ_TIMEOUT: {
    ...milliseconds(10, 10 * MINUTE),
    default: '10000',
    sentence: 'How long a query may wait for Harper, counted from its arrival at the gateway.',
  },
  WRITE_TIMEOUT: {
    ...milliseconds(10, 10 * MINUTE),
    default: '75000',
    sentence: 'How long a mutation may wait for Harper, which itself waits 60 s for a silent peer.',
  },
  CONNECT_TIMEOUT: {
    ...milliseconds(10, MINUTE),
    default: '5000',
    sentence: 'How long opening a connection to Harper may take, TLS included.',
  },
  MAX_RESPONSE_BYTES: {
    ...count('bytes', 1024, 1024 ** 3),
    default: '16777216',
    sentence: 'Largest answer taken from Harper.',
  },
  STATUS_CONCURRENCY: {
    ...count('calls', 1, 64),
    default: '16',
    sentence:
      'Most cluster_status calls in flight to a Harper that answers them on its main thread. ' +
      'Any other Harper gets one at a time.',
  },
} as const satisfies Record<string, Setting>;
