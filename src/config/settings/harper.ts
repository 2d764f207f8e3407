import {
  addressTemplate,
  bearerToken,
  count,
  file,
  fingerprints,
  harperUrls,
  hostPatterns,
  MINUTE,
  milliseconds,
  oneOf,
  onOff,
  password,
  pemFile,
  text,
} from './setting.ts';

/** How Harper is reached, and how the gateway itself logs in there. */
export const harperSettings = {
  HARPER_URL: harperUrls.describe(
    "Harper's operations API: https://host:9925, http://host:9925, or unix:/path for its domain socket. " +
      'Several nodes of one cluster are separated by commas, the preferred one first. ' +
      'Without any HARPER_ setting the embedded sandbox cluster is started.',
  ),
  HARPER_DISCOVERY: addressTemplate.describe(
    'Where nodes that only their peers know are asked, such as https://{host}:9925; {host} is the host of their ' +
      'replication URL, or their name. Needs HARPER_DISCOVERY_HOSTS.',
  ),
  HARPER_DISCOVERY_HOSTS: hostPatterns.describe(
    'Hosts that HARPER_DISCOVERY may lead to: names, patterns such as *.harper.internal, or CIDR ranges. ' +
      'Whoever gets a node into the cluster names its host; a login goes to no other hosts than these.',
  ),
  HARPER_USERNAME: text('name').describe(
    'User that the gateway itself logs in as (SERVICE mode). It gets operation tokens and refreshes them.',
  ),
  HARPER_PASSWORD: password.describe('Password of HARPER_USERNAME.'),
  HARPER_PASSWORD_FILE: file.describe('File that holds HARPER_PASSWORD. Read again whenever the gateway logs in.'),
  HARPER_TOKEN: bearerToken('JWT').describe(
    'Operation token that the gateway itself logs in with, instead of a user and a password (SERVICE mode).',
  ),
  HARPER_TOKEN_FILE: file.describe('File that holds HARPER_TOKEN. Read again when it changes.'),
  HARPER_LOGIN: oneOf('certificate or socket', ['certificate', 'socket']).describe(
    "How the gateway itself logs in without a password (SERVICE mode): by its client certificate, or by Harper's " +
      'domain socket. On that socket a request without a login is a super user.',
  ),
  HARPER_CA_FILE: pemFile.describe(
    "Certificate authorities, one or more, that may sign Harper's certificate, for a self-signed Harper. " +
      'Read again when it changes.',
  ),
  HARPER_CERT_FILE: pemFile.describe('Client certificate shown to Harper (mTLS); needs HARPER_KEY_FILE.'),
  HARPER_KEY_FILE: pemFile.describe('Private key of HARPER_CERT_FILE.'),
  HARPER_FINGERPRINT: fingerprints.describe(
    "Fingerprints of Harper's certificates, separated by commas. Any other certificate is refused, and who signed it " +
      'does not matter: for a self-signed Harper.',
  ),
  HARPER_FINGERPRINT_FILE: file.describe(
    'File that holds HARPER_FINGERPRINT, in lines. Read again when it changes: a first join over wss changes the ' +
      'certificate.',
  ),
  HARPER_TLS_VERIFY: onOff
    .defaultsTo('true')
    .describe("Whether Harper's certificate is verified. false is for trials only, with a warning at every start."),
  READ_TIMEOUT: milliseconds(10, 10 * MINUTE)
    .defaultsTo('10000')
    .describe('How long a query may wait for Harper, counted from its arrival at the gateway.'),
  VIEW_TIMEOUT: milliseconds(10, 10 * MINUTE)
    .defaultsTo('3000')
    .describe('How long one node may take for its view of the cluster, when all are asked. One that is late has none.'),
  WRITE_TIMEOUT: milliseconds(10, 10 * MINUTE)
    .defaultsTo('75000')
    .describe('How long a mutation may wait for Harper, which itself waits 60 s for a silent peer.'),
  CONNECT_TIMEOUT: milliseconds(10, MINUTE)
    .defaultsTo('5000')
    .describe('How long opening a connection to Harper may take, TLS included.'),
  HARPER_CONNECTION_LIFETIME: milliseconds(10, 24 * 60 * MINUTE)
    .defaultsTo('300000')
    .describe(
      'How long a connection to Harper is used before another is opened, so that a name that moves is followed.',
    ),
  READY_WITHOUT_HARPER: onOff
    .defaultsTo('false')
    .describe('Whether /ready is 200 also while Harper cannot be reached; it says so in any case.'),
  MAX_RESPONSE_BYTES: count('bytes', 1024, 1024 ** 3)
    .defaultsTo('16777216')
    .describe('Largest answer taken from Harper.'),
  STATUS_CONCURRENCY: count('calls', 1, 64)
    .defaultsTo('16')
    .describe(
      'Most cluster_status calls in flight to a Harper that answers them on its main thread. ' +
        'Any other Harper gets one at a time.',
    ),
  STATUS_RETRY_AFTER: milliseconds(10, 10 * MINUTE)
    .defaultsTo('1500')
    .describe(
      'How long cluster_status may go unanswered before it is sent again, within READ_TIMEOUT: ' +
        'other clients of a node can take its answer away. A node that is usually slow is given longer.',
    ),
};
