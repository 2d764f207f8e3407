import { onOff, type Setting } from './setting.ts';

/** What makes common queries cheap. Answers are the same with and without; switch it off only to compare. */
export const performanceSettings = {
  FAST_PATH: {
    ...onOff,
    default: 'true',
    sentence:
      'Whether common queries are parsed once, and share one execution when they arrive at the same time. ' +
      'Answers are the same; switch it off only to compare.',
  },
  COMPILED_EXECUTION: {
    ...onOff,
    default: 'true',
    sentence: 'Whether common queries are compiled. Otherwise graphql-js executes them, with the same answers.',
  },
} as const satisfies Record<string, Setting>;
