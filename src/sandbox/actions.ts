import type { CutOptions } from './cuts.ts';
import { isNodeName } from './names.ts';
import type { SandboxNode } from './node.ts';
import type { Sandbox } from './sandbox.ts';

/** A request of the control server that is not carried out. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What an action is asked to do. */
export interface Request {
  readonly sandbox: Sandbox;
  readonly node: SandboxNode;
  /** The last part of the path; empty for an action that takes none. */
  readonly argument: string;
  /** The node that the argument names. Throws a Refusal when there is none. */
  readonly other: () => SandboxNode;
  readonly cut: CutOptions;
}

/** Something that can be done to a node. */
export interface Action {
  /** What the last part of the path is called; an action without one has no such part. */
  readonly argument?: string;
  readonly words: string;
  /** Whether it takes the options of a cut. */
  readonly cuts?: true;
  run(request: Request): Promise<void> | void;
}

const OPTIONS = '?oneWay=true, silent=true, database=<name>';

/** What can be done to a node, by the name that stands in the path. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['kill', { words: 'stop it at once', run: ({ node }) => node.kill() }],
  ['restart', { words: 'start it, or stop and start it', run: ({ node }) => restart(node) }],
  ['freeze', { words: 'keep its connections open and do nothing', run: ({ node }) => node.freeze() }],
  ['thaw', { words: 'go on after a freeze', run: ({ node }) => node.thaw() }],
  [
    'cut',
    {
      argument: 'node',
      words: `cut one from the other; ${OPTIONS}`,
      cuts: true,
      run: ({ sandbox, node, other, cut }) => {
        if (other() === node) throw new Refusal(400, 'A node cannot be cut from itself.');
        sandbox.cut(node, other(), cut);
      },
    },
  ],
  [
    'mend',
    {
      argument: 'node',
      words: 'end every cut between the two',
      run: ({ sandbox, node, other }) => sandbox.mend(node, other()),
    },
  ],
  [
    'isolate',
    {
      words: `cut it from all others; ${OPTIONS}`,
      cuts: true,
      run: ({ sandbox, node, cut }) => sandbox.isolate(node, cut),
    },
  ],
  [
    'rename',
    {
      argument: 'name',
      words: 'start it again under another name',
      run: ({ node, argument }) => {
        if (!isNodeName(argument)) throw new Refusal(400, `No node can be called '${argument}'.`);
        return node.rename(argument);
      },
    },
  ],
  [
    'clock',
    {
      argument: 'milliseconds',
      words: 'set its clock ahead, or behind with a minus; 0 sets it right',
      run: ({ node, argument }) => {
        if (!/^-?\d{1,13}$/.test(argument)) throw new Refusal(400, `'${argument}' is no number of milliseconds.`);
        node.clockOffset = Number(argument);
      },
    },
  ],
]);

async function restart(node: SandboxNode): Promise<void> {
  if (node.isRunning) await node.kill();
  await node.start();
}

/** @throws Refusal for what is no option of the action */
export function cutOptionsOf(query: URLSearchParams, { cuts }: Action): CutOptions {
  const known = cuts ? ['oneWay', 'silent', 'database'] : [];
  const unknown = [...query.keys()].find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw new Refusal(400, `There is no option '${unknown}' here. There is ${known.join(', ') || 'none'}.`);
  const databases = query.getAll('database');
  return {
    oneWay: isSet(query, 'oneWay'),
    silent: isSet(query, 'silent'),
    ...(databases.length > 0 && { databases }),
  };
}

function isSet(query: URLSearchParams, option: string): boolean {
  const value = query.get(option) ?? 'false';
  if (value !== 'true' && value !== 'false') throw new Refusal(400, `${option} is true or false, not '${value}'.`);
  return value === 'true';
}
