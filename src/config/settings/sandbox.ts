import { count, oneOf, port, type Setting } from './setting.ts';

/** The embedded cluster. */
export const sandboxSettings = {
  SANDBOX_DIALECT: {
    ...oneOf('version', ['4.7', '5.2']),
    default: '4.7',
    sentence: 'Which Harper the sandbox cluster behaves as: 4.7 or 5.2.',
  },
  SANDBOX_NODES: {
    ...count('nodes', 1, 50),
    default: '3',
    sentence: 'How many nodes the sandbox cluster has, besides one spare that can be added.',
  },
  SANDBOX_CONTROL_PORT: {
    ...port,
    default: '4001',
    sentence: 'Loopback port on which sandbox nodes are killed, frozen and brought back; 0 takes a free one.',
  },
} as const satisfies Record<string, Setting>;
