/** How good or bad something is; each has its own icon and colour. */
export type Tone = 'ok' | 'info' | 'warn' | 'bad' | 'off';

/** A state in words, with how bad it is. */
export interface StateWord {
  readonly word: string;
  readonly tone: Tone;
}

const NODE = new Map<string, StateWord>([
  ['UP', { word: 'Up', tone: 'ok' }],
  ['UNREACHABLE', { word: 'Unreachable', tone: 'bad' }],
  ['REFUSED', { word: 'Login refused', tone: 'bad' }],
  ['UNASKED', { word: 'Not asked', tone: 'off' }],
]);

const LINK = new Map<string, StateWord>([
  ['CONNECTED', { word: 'Connected', tone: 'ok' }],
  ['ONE_SIDED', { word: 'One way only', tone: 'warn' }],
  ['DOWN', { word: 'Down', tone: 'bad' }],
  ['UNCONFIRMED', { word: 'Unconfirmed', tone: 'off' }],
  ['UNWANTED', { word: 'Not needed', tone: 'off' }],
]);

const CONNECTION = new Map<string, StateWord>([
  ['HEALTHY', { word: 'Healthy', tone: 'ok' }],
  ['IDLE', { word: 'Idle', tone: 'ok' }],
  ['COPYING', { word: 'Copying', tone: 'info' }],
  ['LAGGING', { word: 'Lagging', tone: 'warn' }],
  ['PARTIAL', { word: 'Partly connected', tone: 'warn' }],
  ['DISCONNECTED', { word: 'Disconnected', tone: 'bad' }],
]);

const CLUSTER = new Map<string, StateWord>([
  ['HEALTHY', { word: 'Healthy', tone: 'ok' }],
  ['STANDALONE', { word: 'Standalone', tone: 'info' }],
  ['DEGRADED', { word: 'Degraded', tone: 'warn' }],
  ['SPLIT', { word: 'Split', tone: 'bad' }],
  ['DOWN', { word: 'Down', tone: 'bad' }],
]);

const CHANGE = new Map<string, StateWord>([
  ['AGREEMENT', { word: 'Agreement', tone: 'ok' }],
  ['DISAGREEMENT', { word: 'Disagreement', tone: 'warn' }],
  ['JOINED', { word: 'Joined', tone: 'ok' }],
  ['LINK_DOWN', { word: 'Link down', tone: 'bad' }],
  ['LINK_ONE_SIDED', { word: 'One way only', tone: 'warn' }],
  ['LINK_UP', { word: 'Link up', tone: 'ok' }],
  ['NODE_ADDED', { word: 'Node added', tone: 'info' }],
  ['NODE_DOWN', { word: 'Node down', tone: 'bad' }],
  ['NODE_REMOVED', { word: 'Node removed', tone: 'info' }],
  ['NODE_UP', { word: 'Node up', tone: 'ok' }],
  ['SPLIT', { word: 'Split', tone: 'bad' }],
  ['STATE_CHANGED', { word: 'State', tone: 'info' }],
]);

/** Worst first, by tone. */
const ORDER = new Map<Tone, number>([
  ['bad', 0],
  ['warn', 1],
  ['info', 2],
  ['off', 3],
  ['ok', 4],
]);

/** A gateway that is newer than the page may know more states: their names are shown, as something to look at. */
function lookUp(words: ReadonlyMap<string, StateWord>, state: string): StateWord {
  return words.get(state) ?? { word: state, tone: 'warn' };
}

export const nodeWord = (state: string): StateWord => lookUp(NODE, state);
export const linkWord = (state: string): StateWord => lookUp(LINK, state);
export const connectionWord = (state: string): StateWord => lookUp(CONNECTION, state);
export const clusterWord = (state: string): StateWord => lookUp(CLUSTER, state);
export const changeWord = (kind: string): StateWord => lookUp(CHANGE, kind);

/** A number that is smaller the worse a tone is. */
export function severity(tone: Tone): number {
  return ORDER.get(tone) ?? 0;
}

/** Orders the states of links, worst first. */
export function linkSeverity(state: string): number {
  return severity(linkWord(state).tone);
}
