import { count } from '../format.ts';
import { pairKey } from '../model/cluster.ts';
import type { Past, PastLink, PastState } from '../model/past.ts';
import type { StateWord } from '../model/words.ts';
import { Badge } from './badge.tsx';
import { MessageText, NameList, NodeLink, PairLink } from './names.tsx';
import { Moment } from './time.tsx';

const NODE_WORDS: ReadonlyMap<PastState['state'], StateWord> = new Map([
  ['up', { word: 'Up', tone: 'ok' }],
  ['down', { word: 'Down', tone: 'bad' }],
]);
const LINK_WORDS: ReadonlyMap<PastState['state'], StateWord> = new Map([
  ['up', { word: 'Connected', tone: 'ok' }],
  ['down', { word: 'Down', tone: 'bad' }],
  ['one-sided', { word: 'One way only', tone: 'warn' }],
]);
const NOT_UP: StateWord = { word: 'Not up', tone: 'warn' };

interface PastDetailProps {
  readonly past: Past;
  readonly state: StateWord;
}

/** What was not well at a time, and how much was. */
export function PastDetail({ past: { nodes, links, split, disagreements, untold }, state }: PastDetailProps) {
  const faulty = nodes.filter((node) => node.state !== 'up');
  const notUp = new Set(faulty.map(({ name }) => name));
  // Nothing is told of the links of a node that does not answer.
  const told = links.filter((link) => !link.nodes.some((name) => notUp.has(name)));
  const silent = untold + links.length - told.length;
  const broken = told.filter((link) => link.state !== 'up');
  const groups = [...Map.groupBy(broken, (link) => `${pairKey(link.nodes)}\0${link.state}`).values()];
  return (
    <ul class="past">
      <li>
        <Badge state={state} /> The cluster
      </li>
      {split !== undefined && (
        <li>
          <MessageText text={split} />
        </li>
      )}
      {faulty.map((node) => (
        <li key={node.name}>
          <Badge state={NODE_WORDS.get(node.state) ?? NOT_UP} /> <NodeLink name={node.name} />
          <Told at={node.since} />
        </li>
      ))}
      {groups.map((group) => (
        <LinkGroup key={`${pairKey(group[0]?.nodes ?? [])}\0${group[0]?.state}`} links={group} />
      ))}
      {disagreements.map((message) => (
        <li key={message}>
          <Badge state={{ word: 'Disagreement', tone: 'warn' }} /> <MessageText text={message} />
        </li>
      ))}
      <li>
        <Badge state={{ word: 'Well', tone: 'ok' }} /> {count(nodes.length - faulty.length, 'node')} up,{' '}
        {count(told.length - broken.length, 'link')} connected
      </li>
      {silent > 0 && (
        <li class="muted">
          Of {count(silent, 'link')} nothing is told: no change is about {silent === 1 ? 'it' : 'them'}, or a node did
          not answer.
        </li>
      )}
    </ul>
  );
}

function LinkGroup({ links }: { readonly links: readonly PastLink[] }) {
  const [first] = links;
  if (first === undefined) return null;
  return (
    <li>
      <Badge state={LINK_WORDS.get(first.state) ?? NOT_UP} /> <PairLink nodes={first.nodes} /> for{' '}
      <NameList names={links.map(({ database }) => database)} />
      <Told at={first.since} />
    </li>
  );
}

function Told({ at }: { readonly at: number | undefined }) {
  if (at === undefined) return <span class="muted"> by what came later</span>;
  return (
    <span class="muted">
      {' '}
      since <Moment at={at} />
    </span>
  );
}
