import { Gauge, type Registry } from 'prom-client';

/** What is read of the nodes and of the whole cluster when somebody asks for the metrics. */
export interface WholeGaugeValues {
  /** Each node that can be asked, by the address of its operations API, and whether it answers. */
  reachable(): readonly (readonly [url: string, isReachable: boolean])[];
  /** The cluster by the views of all nodes; undefined where nobody watches. */
  whole(): WholeValues | undefined;
}

/** What the gauges show of the whole cluster. */
export interface WholeValues {
  /** undefined where no node can be read. */
  readonly state: string | undefined;
  /** Each node that was asked, and whether it is UP. */
  readonly nodes: readonly (readonly [name: string, isUp: boolean])[];
  /** The state of each link. */
  readonly links: readonly string[];
  readonly islands: number;
  /** The kind of each. */
  readonly disagreements: readonly string[];
}

/** The values that a label can have: each has a series, so that a graph falls to 0 and does not end. */
const STATES = ['HEALTHY', 'DEGRADED', 'DOWN', 'STANDALONE', 'SPLIT'];
const LINK_STATES = ['CONNECTED', 'ONE_SIDED', 'DOWN', 'UNCONFIRMED', 'UNWANTED'];
const DISAGREEMENTS = [
  ...['MEMBER_UNKNOWN', 'URL_DIFFERS', 'SHARD_DIFFERS', 'FLOW_DIFFERS', 'TABLES_DIFFER'],
  ...['LINK_ONE_SIDED', 'VERSION_DIFFERS', 'NAME_TAKEN_TWICE'],
];

/** Gauges of the nodes, and of the whole cluster where it is watched. They are filled anew at every scrape. */
export function defineWholeGauges(registers: Registry[], { reachable, whole }: WholeGaugeValues): void {
  type Fill = (set: (label: string, value: number) => void) => void;
  const define = (name: string, label: string, help: string, fill: Fill) =>
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        this.reset();
        fill((value, count) => this.set({ [label]: value }, count));
      },
    });
  const counts = (all: readonly string[], found: readonly string[], set: Parameters<Fill>[0]) => {
    for (const each of all) set(each, found.filter((value) => value === each).length);
  };
  define(
    'harper_gateway_node_reachable',
    'node',
    'Whether the node at an address answers, as its last calls have shown.',
    (set) => {
      for (const [url, isReachable] of reachable()) set(url, Number(isReachable));
    },
  );
  define('harper_cluster_node_up', 'node', 'Whether a node that is asked answers, and takes the login.', (set) => {
    for (const [name, isUp] of whole()?.nodes ?? []) set(name, Number(isUp));
  });
  define(
    'harper_cluster_state',
    'state',
    'Whether the whole cluster is in that state; 0 for all when it is lost.',
    (set) => {
      const values = whole();
      if (values !== undefined) counts(STATES, values.state === undefined ? [] : [values.state], set);
    },
  );
  define('harper_cluster_links', 'state', 'Links between two nodes for one database, by state.', (set) => {
    const values = whole();
    if (values !== undefined) counts(LINK_STATES, values.links, set);
  });
  define(
    'harper_cluster_disagreements',
    'kind',
    'In what the views of the nodes do not fit together, by kind.',
    (set) => {
      const values = whole();
      if (values !== undefined) counts(DISAGREEMENTS, values.disagreements, set);
    },
  );
  new Gauge({
    name: 'harper_cluster_islands',
    help: 'Groups of members that are connected with one another; more than one is a split cluster; 0 without a watch.',
    registers,
    collect() {
      this.reset();
      const values = whole();
      if (values !== undefined) this.set(values.islands);
    },
  });
}
