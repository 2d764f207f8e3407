import { integer, oneOf, type Setting } from './setting.ts';

/** The embedded cluster. */
export const sandboxSettings = {
  SANDBOX_DIALECT: {
    schema: oneOf(['4.7', '5.2']),
    default: '4.7',
    unit: 'version',
    sentence: 'Which Harper the sandbox cluster behaves as: 4.7 or 5.2.',
  },
  SANDBOX_NODES: {
    schema: integer(1, 50),
    default: '3',
    unit: 'nodes',
    sentence: 'How many nodes the sandbox cluster has, besides one spare that can be added.',
  },
  SANDBOX_CONTROL_PORT: {
    schema: integer(0, 65_535),
    default: '4001',
    unit: 'port',
    sentence: 'Loopback port on which sandbox nodes are killed, frozen and brought back; 0 takes a free one.',
  },
} as const satisfies Record<string, Setting>;
