import { timeOf } from '../model/cluster.ts';
import type { GatewayState } from '../state/figures.ts';
import { Badge } from './badge.tsx';
import { Age } from './time.tsx';

/** The nodes that the gateway can ask, and why they do not answer. */
export function BackendList({ backends }: Pick<GatewayState, 'backends'>) {
  return (
    <ul class="backends">
      {backends.map(({ name, url, reachable, lastError, lastSuccessAt }) => {
        const last = timeOf(lastSuccessAt);
        return (
          <li key={url}>
            <Badge state={reachable ? { word: 'Answers', tone: 'ok' } : { word: 'Does not answer', tone: 'bad' }} />{' '}
            <bdi class="name">{name ?? url}</bdi>{' '}
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
                <bdi>{lastError}</bdi>
              </p>
            )}
          </li>
        );
      })}
    </ul>
  );
}
