import type { ClusterChange } from '../whole/cluster-change.ts';
import { clusterCodec } from './codec.ts';
import { BATCH, createPrinter, printable } from './print-file.ts';

/**
 * Prints what has become of the cluster, a line for each change. Of several logins, that of the gateway is shown, or
 * else the one that was added to last.
 */
export const printHistory = createPrinter(() => {
  let name: string | undefined;
  let after = 0;
  return (file, { since, until, nodes, databases, kinds, isJson }, print) => {
    // The same one also when another is added to.
    name ??=
      file.names.find((each) => each === 'cluster own') ?? file.names.find((each) => each.startsWith('cluster '));
    for (let isWhole = false; name !== undefined && !isWhole; ) {
      const query = { after, since, until, nodes, databases, kinds, limit: BATCH, from: 'start' } as const;
      const { epoch, changes } = file.find(name, query);
      for (const { position, text } of changes) {
        print(isJson ? toJson(`${epoch}.${position}`, text) : toLine(clusterCodec.decode(text)));
        after = position;
      }
      isWhole = changes.length < BATCH;
    }
  };
});

function toJson(cursor: string, text: string): string {
  const { isLate, isSnapshot: _, ...change } = clusterCodec.decode(text);
  return JSON.stringify({ cursor, ...change, seenLate: isLate });
}

const WIDTH = 'STATE_CHANGED'.length + 2;

function toLine({ observedAt, kind, message, isLate }: ClusterChange): string {
  return `${observedAt.toISOString()}  ${kind.padEnd(WIDTH)}${printable(message)}${isLate ? ' (seen late)' : ''}`;
}
