import { count, oneOf, port } from './setting.ts';

/** The embedded cluster. */
export const sandboxSettings = {
  SANDBOX_DIALECT: oneOf('version', ['4.7', '5.2'])
    .defaultsTo('4.7')
    .describe('Which Harper the sandbox cluster behaves as: 4.7 or 5.2.'),
  SANDBOX_NODES: count('nodes', 1, 50)
    .defaultsTo('3')
    .describe('How many nodes the sandbox cluster has, besides one spare that can be added.'),
  SANDBOX_CONTROL_PORT: port
    .defaultsTo('4001')
    .describe('Loopback port on which sandbox nodes are killed, frozen and brought back; 0 takes a free one.'),
};
