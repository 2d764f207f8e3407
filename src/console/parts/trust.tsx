import type { ComponentChildren } from 'preact';
import type { Trust } from '../model/trust.ts';
import { useApp } from './app-context.ts';
import { Icon, type IconName } from './icon.tsx';
import { MessageText } from './names.tsx';
import { Age, Moment } from './time.tsx';

const ICONS: ReadonlyMap<Trust['kind'], IconName> = new Map([
  ['waiting', 'clock'],
  ['live', 'check'],
  ['stale', 'clock'],
  ['lost', 'unread'],
  ['untold', 'clock'],
  ['cut', 'unplugged'],
  ['expired', 'key'],
]);

const WORDS: ReadonlyMap<Trust['kind'], string> = new Map([
  ['waiting', 'Waiting'],
  ['live', 'Live'],
  ['stale', 'Overdue'],
  ['lost', 'Harper not read'],
  ['untold', 'Not told'],
  ['cut', 'Cut off'],
  ['expired', 'Logged out'],
]);

/** How old what is shown is, always in sight. */
export function TrustBadge() {
  const { cluster } = useApp();
  const trust = cluster.trust.value;
  const at = trust.kind === 'waiting' ? trust.since : trust.at;
  return (
    <p class="trust" data-trust={trust.kind} title="How old what is shown is">
      <Icon name={ICONS.get(trust.kind) ?? 'info'} />
      <strong>{WORDS.get(trust.kind)}</strong>
      <span class="trust-age">
        <Age at={at} /> {trust.kind === 'waiting' ? 'so far' : 'old'}
      </span>
    </p>
  );
}

/** Says since when what is shown is not how things are, and why. Nothing where all is well. */
export function TrustBanner() {
  const { cluster, connection } = useApp();
  const trust = cluster.trust.value;
  switch (trust.kind) {
    case 'cut':
      return (
        <Banner trust={trust} title="Cut off from the gateway">
          since <Moment at={trust.since} /> (<Age at={trust.since} />
          ). What is shown is how things were then. <Retry />
        </Banner>
      );
    case 'untold':
      return (
        <Banner trust={trust} title="The gateway has not told how the cluster is">
          since <Moment at={trust.since} /> (<Age at={trust.since} />
          ). What is shown is how things were then. <MessageText text={cluster.failure.value?.message ?? ''} />
        </Banner>
      );
    case 'lost':
      return (
        <Banner trust={trust} title="The gateway cannot read Harper">
          since <Moment at={trust.since} /> (<Age at={trust.since} />
          ). No node answers it. What is shown was read at <Moment at={trust.at} />.
        </Banner>
      );
    case 'stale':
      return (
        <Banner trust={trust} title="The next look at Harper is overdue">
          since <Moment at={trust.since} /> (<Age at={trust.since} />
          ). What is shown was read at <Moment at={trust.at} />.
        </Banner>
      );
    case 'expired':
      return (
        <Banner trust={trust} title="The login is no longer accepted">
          since <Moment at={trust.since} /> (<Age at={trust.since} />
          ). What is shown is how things were then.
        </Banner>
      );
    default:
      return connection.outage.value === undefined ? null : <OutageNotice />;
  }
}

interface BannerProps {
  readonly trust: Trust;
  readonly title: string;
  readonly children: ComponentChildren;
}

function Banner({ trust: { kind }, title, children }: BannerProps) {
  return (
    <div class="banner" data-trust={kind}>
      <Icon name={ICONS.get(kind) ?? 'info'} />
      <p>
        <strong>{title}</strong> {children}
      </p>
    </div>
  );
}

function Retry() {
  const { connection, clock } = useApp();
  const socket = connection.socket.value;
  if (socket.kind !== 'cut') return null;
  const seconds = Math.max(0, Math.ceil((socket.retryAt - clock.now.value) / 1000));
  return <>{seconds === 0 ? 'Connecting again …' : `The next attempt is in ${seconds} s.`}</>;
}

/** After a cut: whether something may have been missed. */
function OutageNotice() {
  const { connection } = useApp();
  const outage = connection.outage.value;
  if (outage === undefined) return null;
  const { from, until, changes } = outage;
  return (
    <div class="banner" data-trust={changes === 'missed' ? 'missed' : 'back'}>
      <Icon name={changes === 'missed' ? 'warning' : 'info'} />
      <p>
        <strong>Connected again.</strong> The page was cut off from <Moment at={from} /> to <Moment at={until} />.{' '}
        {changes === 'asked' && 'It asks for the changes of that time.'}
        {changes === 'complete' && 'All changes of that time have been asked for, and none was missed.'}
        {changes === 'missed' && 'Changes of that time may have been missed: the gateway does not have them any more.'}
      </p>
      <button type="button" onClick={connection.dismissOutage}>
        Dismiss
      </button>
    </div>
  );
}
