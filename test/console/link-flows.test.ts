import { describe, expect, it } from 'vitest';
import { flowsOf, type LinkView } from '../../src/console/model/link-flows.ts';

function view(nodeName: string, sending: LinkView['socket']['sending']): LinkView {
  const socket = { database: 'shop', sending, connected: true, since: null, latency: null, lag: null } as const;
  const none = { receiving: null, backPressurePercent: null, lastReceivedLocalTime: null, lastLiveness: null };
  return { nodeName, isWanted: true, socket: { ...socket, ...none, lastConnectionError: null } };
}

describe('the two directions of a link', () => {
  it('have what the receiver says of its socket, and what the sender says that it sends', () => {
    const views = [view('a', 'COPYING'), view('b', 'IDLE')];
    expect(flowsOf(['a', 'b'], views)).toEqual([
      { from: 'a', to: 'b', received: views[1], sending: 'COPYING' },
      { from: 'b', to: 'a', received: views[0], sending: 'IDLE' },
    ]);
  });

  it('say nothing for an end that says nothing', () => {
    expect(flowsOf(['a', 'b'], [view('b', 'SENDING')])).toMatchObject([
      { from: 'a', to: 'b', sending: undefined },
      { from: 'b', to: 'a', received: undefined, sending: 'SENDING' },
    ]);
  });
});
