import { count } from '../format.ts';
import { timeOf } from '../model/cluster.ts';
import { useGatewayState } from './app-context.ts';
import { MessageText } from './names.tsx';
import { Failure, Notice } from './notice.tsx';
import { Moment } from './time.tsx';

/** Says where the history has an end or holes. Nothing where it is kept, and has none. */
export function KeptWhere() {
  const { data, error } = useGatewayState();
  const log = data.value?.changeLog;
  if (error.value !== undefined)
    return <Failure title="The gateway could not be asked what the history lacks." error={error.value} />;
  if (log === undefined) return null;
  const since = timeOf(log.since);
  return (
    <>
      {log.kind === 'MEMORY' && (
        <Notice tone="info" title="This gateway keeps no history.">
          <p>
            It has changes in memory only, from when it began to watch the cluster. The setting HISTORY_FILE keeps them
            in a file, over a restart too.
          </p>
        </Notice>
      )}
      {log.failure !== null && (
        <Notice tone="warn" title="Changes are not being kept at the moment.">
          <p>
            {since !== undefined && (
              <>
                Since <Moment at={since} />:{' '}
              </>
            )}
            <MessageText text={log.failure} /> Until they can be, they are in memory only.
          </p>
        </Notice>
      )}
      {log.lost > 0 && (
        <Notice tone="warn" title={`${count(log.lost, 'change')} could not be kept since the gateway was started.`}>
          <p>They are missing in the history.</p>
        </Notice>
      )}
    </>
  );
}
