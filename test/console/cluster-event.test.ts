import { describe, expect, it } from 'vitest';
import { clusterOf, linkCount } from '../../src/console/model/cluster.ts';
import { cluster, eventOf, link } from './clusters.ts';

describe('an event of the whole cluster', () => {
  it('tells of each link that is in its groups, by nodes and database', () => {
    const down = [link(['a', 'b'], 'shop', 'DOWN'), link(['a', 'b'], 'yard', 'DOWN')].map((each) => ({
      ...each,
      reason: 'It is cut.',
    }));
    const links = [down[0], link(['a', 'b'], 'system'), down[1], link(['a', 'c'], 'shop')].filter((each) => !!each);
    const whole = cluster({ links });
    const [first, ...others] = eventOf(whole).linkGroups.filter(({ databases: [name] }) => name !== 'yard');
    if (first === undefined) throw new Error('there are no links');
    const event = { ...eventOf(whole), linkGroups: [{ ...first, databases: ['shop', 'yard'] }, ...others] };
    expect(linkCount(event)).toBe(4);
    expect(clusterOf(event)).toEqual(whole);
  });
});
