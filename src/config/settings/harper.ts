import { bearerToken, fingerprint, harperUrl, integer, MINUTE, oneOf, onOff, type Setting, text } from './setting.ts';

/** How Harper is reached, and how the gateway itself logs in there. */
export const harperSettings = {
  HARPER_URL: {
    schema: harperUrl,
    unit: 'URL',
    sentence:
      "Harper's operations API: https://host:9925, http://host:9925, or unix:/path for its domain socket; without any HARPER_ setting the embedded sandbox cluster is started instead.",
  },
  HARPER_USERNAME: {
    schema: text,
    unit: 'name',
    sentence: 'User the gateway itself logs in as (SERVICE mode); it gets operation tokens for it and refreshes them.',
  },
  HARPER_PASSWORD: { schema: text, unit: 'text', secret: true, sentence: 'Password of HARPER_USERNAME.' },
  HARPER_PASSWORD_FILE: {
    schema: text,
    unit: 'file',
    sentence: 'File that holds HARPER_PASSWORD; read anew whenever the gateway logs in.',
  },
  HARPER_TOKEN: {
    schema: bearerToken,
    unit: 'JWT',
    secret: true,
    sentence:
      'Operation token the gateway itself logs in with, instead of HARPER_USERNAME and HARPER_PASSWORD (SERVICE mode).',
  },
  HARPER_TOKEN_FILE: {
    schema: text,
    unit: 'file',
    sentence: 'File that holds HARPER_TOKEN; read anew when it changes.',
  },
  HARPER_LOGIN: {
    schema: oneOf(['certificate', 'socket']),
    unit: 'certificate or socket',
    sentence:
      "How the gateway itself logs in without a password (SERVICE mode): by its client certificate, or by Harper's domain socket, where a request without login is a super user's.",
  },
  HARPER_CA_FILE: {
    schema: text,
    unit: 'PEM file',
    sentence: "Certificate authority that signed Harper's certificate, for a self-signed Harper.",
  },
  HARPER_CERT_FILE: {
    schema: text,
    unit: 'PEM file',
    sentence: 'Client certificate shown to Harper (mTLS); needs HARPER_KEY_FILE.',
  },
  HARPER_KEY_FILE: { schema: text, unit: 'PEM file', sentence: 'Private key of HARPER_CERT_FILE.' },
  HARPER_FINGERPRINT: {
    schema: fingerprint,
    unit: 'SHA-256',
    sentence:
      "Fingerprint of Harper's certificate; any other is refused, and who signed it does not matter: for a self-signed Harper.",
  },
  HARPER_TLS_VERIFY: {
    schema: onOff,
    default: 'true',
    unit: 'true or false',
    sentence: "Whether Harper's certificate is verified; false is for trials only and is warned about at every start.",
  },
  READ_TIMEOUT: {
    schema: integer(10, 10 * MINUTE),
    default: '10000',
    unit: 'ms',
    sentence: 'How long a query may wait for Harper, counted from its arrival at the gateway.',
  },
  WRITE_TIMEOUT: {
    schema: integer(10, 10 * MINUTE),
    default: '75000',
    unit: 'ms',
    sentence: 'How long a mutation may wait for Harper; Harper itself takes 60 s to give up on a silent peer.',
  },
  CONNECT_TIMEOUT: {
    schema: integer(10, MINUTE),
    default: '5000',
    unit: 'ms',
    sentence: 'How long opening a connection to Harper may take, TLS included.',
  },
  MAX_RESPONSE_BYTES: {
    schema: integer(1024, 1024 ** 3),
    default: '16777216',
    unit: 'bytes',
    sentence: 'Largest answer taken from Harper.',
  },
  STATUS_CONCURRENCY: {
    schema: integer(1, 64),
    default: '16',
    unit: 'calls',
    sentence:
      'How many cluster_status calls may be in flight at once to a Harper that answers them on its main thread; any other Harper gets one at a time.',
  },
} as const satisfies Record<string, Setting>;
