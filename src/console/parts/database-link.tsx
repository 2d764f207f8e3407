import { endsOf, type Link, timeOf } from '../model/cluster.ts';
import { flowsOf, type LinkFlow, type LinkView } from '../model/link-flows.ts';
import { linkWord, type StateWord } from '../model/words.ts';
import { Badge } from './badge.tsx';
import { Milliseconds } from './figure.tsx';
import { Arrow, MessageText, NameText } from './names.tsx';
import { LastErrorText } from './node-row.tsx';
import { Age, NotKnown, Since } from './time.tsx';

interface DatabaseLinkProps {
  readonly link: Link;
  /** What each end says; undefined before the nodes have been asked. */
  readonly views: readonly LinkView[] | undefined;
}

/** The link for one database: its state, and both directions as the receiving end tells them. */
export function DatabaseLink({ link, views }: DatabaseLinkProps) {
  return (
    <article class="card" data-tone={linkWord(link.state).tone}>
      <div class="card-head">
        <h3>
          <NameText name={link.database} />
        </h3>
        <Badge state={linkWord(link.state)} />
        <Since at={timeOf(link.since)} />
      </div>
      {link.reason !== null && (
        <p>
          <MessageText text={link.reason} />
        </p>
      )}
      <div class="directions">
        {flowsOf(endsOf(link), views ?? []).map((flow) => (
          <Direction key={flow.to} flow={flow} isAsked={views !== undefined} />
        ))}
      </div>
    </article>
  );
}

interface DirectionProps {
  readonly flow: LinkFlow;
  readonly isAsked: boolean;
}

function Direction({ flow: { from, to, received, sending }, isAsked }: DirectionProps) {
  return (
    <div class="direction">
      <h4>
        <NameText name={from} /> <Arrow sign="→" words="to" /> <NameText name={to} />
      </h4>
      {received === undefined ? (
        <p class="muted">{isAsked ? 'The receiver says nothing of it.' : '…'}</p>
      ) : (
        <Figures view={received} sending={sending} />
      )}
    </div>
  );
}

function stateOf({ isWanted, socket }: LinkView): StateWord {
  if (socket.connected) return { word: 'Connected', tone: 'ok' };
  return isWanted ? { word: 'Not connected', tone: 'bad' } : { word: 'Not needed', tone: 'off' };
}

interface FiguresProps {
  /** What the receiving end says. */
  readonly view: LinkView;
  /** What the sending end says. */
  readonly sending: LinkFlow['sending'];
}

function Figures({ view, sending }: FiguresProps) {
  const { socket } = view;
  const received = timeOf(socket.lastReceivedLocalTime);
  const alive = timeOf(socket.lastLiveness);
  const failed = socket.lastConnectionError;
  return (
    <dl class="figures">
      <dt>State</dt>
      <dd>
        <Badge state={stateOf(view)} /> <Since at={timeOf(socket.since)} />
      </dd>
      <dt>Latency</dt>
      <dd>
        {socket.connected ? (
          <Milliseconds value={socket.latency} none="not measured" />
        ) : (
          // Harper keeps the one of before.
          <NotKnown why="not connected" />
        )}
      </dd>
      <dt>Lag</dt>
      <dd>
        <Milliseconds value={socket.lag} none="nothing received yet" />
      </dd>
      <dt>Last change</dt>
      <dd>
        {received === undefined ? (
          <NotKnown why="none yet" />
        ) : (
          <>
            <Age at={received} /> ago
          </>
        )}
      </dd>
      {alive !== undefined && (
        <>
          <dt>Sign of life</dt>
          <dd>
            <Age at={alive} /> ago
          </dd>
        </>
      )}
      {socket.backPressurePercent !== null && (
        <>
          <dt>Back-pressure</dt>
          <dd title={`${socket.backPressurePercent} %`}>{Math.round(socket.backPressurePercent)} %</dd>
        </>
      )}
      <dt>Sending</dt>
      <dd>
        {sending === undefined ? <NotKnown why="the sender says nothing of it" /> : (SENDING.get(sending) ?? sending)}
      </dd>
      <dt>Last error</dt>
      <dd>
        <LastErrorText
          error={failed === null ? undefined : { at: timeOf(failed.at), code: failed.code ?? undefined }}
        />
      </dd>
    </dl>
  );
}

const SENDING = new Map<string, string>([
  ['IDLE', 'Nothing'],
  ['SENDING', 'Changes'],
  ['COPYING', 'First full copy'],
]);
