import { count, oneOf, text } from './setting.ts';

/** What has happened, kept beyond the life of the process. */
export const historySettings = {
  HISTORY_FILE: text('file').describe(
    'File in which all changes of one cluster are kept. Cursors then outlive the gateway, and `history` has more ' +
      'than memory does. It is made where there is none, with a secret beside it (`.key`).',
  ),
  HISTORY_RETENTION: count('days', 1, 3650)
    .defaultsTo('30')
    .describe('How long changes, and mutations, are kept in HISTORY_FILE.'),
  HISTORY_CAPACITY: count('changes', 100, 100_000_000)
    .defaultsTo('1000000')
    .describe('How many changes of each login, and how many mutations, are kept in HISTORY_FILE at most.'),
  WATCH: oneOf('demand or always', ['demand', 'always']).describe(
    'Whether the cluster is watched while nobody reads. Needs a login of the gateway; then `always` is the default ' +
      'beside HISTORY_FILE, otherwise `demand`.',
  ),
};
