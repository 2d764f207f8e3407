import { type Cluster, type ClusterNode, timeOf } from './cluster.ts';
import { distinct, type Problem } from './problem.ts';
import { names, type Sentence, sentence } from './sentence.ts';

/** The nodes that could not be asked. Their links are not told of besides: nobody can confirm them. */
export function nodeProblems({ nodes, links }: Cluster): Problem[] {
  return nodes
    .filter(({ state }) => state !== 'UP')
    .map((node): Problem => {
      const unconfirmed = links.filter((link) => link.state === 'UNCONFIRMED' && link.nodes.includes(node.name)).length;
      return {
        key: `node\0${node.name}`,
        tone: node.isMember && node.state !== 'UNASKED' ? 'bad' : 'info',
        title: titleOf(node),
        reasons: distinct([
          node.reason,
          unconfirmed > 0 ? `What its peers say of ${countOfLinks(unconfirmed)} cannot be confirmed.` : undefined,
        ]),
        remedy: remedyOf(node),
        since: timeOf(node.stateSince),
        nodes: [node.name],
        pairs: [],
      };
    });
}

function titleOf({ name, state, isMember }: ClusterNode): Sentence {
  const who = names([name]);
  const what = isMember ? '' : ', which is no member,';
  if (state === 'UNREACHABLE') return sentence`${who}${what} does not answer.`;
  if (state === 'REFUSED') return sentence`${who}${what} refuses the login.`;
  if (state === 'UNASKED') return sentence`${who}${what} cannot be asked: no address of it is known.`;
  return sentence`${who}${what} is ${state}.`;
}

function remedyOf({ state, isMember }: ClusterNode): string | undefined {
  if (!isMember) return undefined;
  if (state === 'UNREACHABLE')
    return 'Check whether its process runs, and whether its operations API can be reached. It joins again by itself.';
  if (state === 'REFUSED') return 'Give it the same user and password as the other nodes, with the role super_user.';
  if (state === 'UNASKED') return 'Name its operations API in HARPER_URL, or let HARPER_DISCOVERY find it.';
  return undefined;
}

function countOfLinks(links: number): string {
  return links === 1 ? '1 link' : `${links} links`;
}
