import { timeOf } from '../model/cluster.ts';
import type { StateWord } from '../model/words.ts';
import type { GatewayState } from '../state/figures.ts';
import { Badge } from './badge.tsx';
import { MessageText } from './names.tsx';
import { Age } from './time.tsx';

const ANSWERS: StateWord = { word: 'Answers', tone: 'ok' };
const SILENT: StateWord = { word: 'Does not answer', tone: 'bad' };

/** The nodes that the gateway can ask, and why they do not answer. */
export function BackendList({ backends }: Pick<GatewayState, 'backends'>) {
  return (
    <ul class="backends">
      {backends.map(({ name, url, reachable, lastError, lastSuccessAt }) => {
        const last = timeOf(lastSuccessAt);
        return (
          <li key={url}>
            <Badge state={reachable ? ANSWERS : SILENT} /> <bdi class="name">{name ?? url}</bdi>{' '}
            <span class="muted">
              {name !== null && <bdi>{url}</bdi>} · last answered{' '}
              {last === undefined ? (
                'never'
              ) : (
                <>
                  <Age at={last} /> ago
                </>
              )}
            </span>
            {lastError !== null && (
              <p>
                <MessageText text={lastError} />
              </p>
            )}
          </li>
        );
      })}
    </ul>
  );
}
