import { onOff, type Setting } from './setting.ts';

/** Ways around the stock ones, each to be switched off only to compare. */
export const performanceSettings = {
  LEAN_PATH: {
    schema: onOff,
    default: 'true',
    unit: 'true or false',
    sentence:
      'Whether common queries take a short way past Yoga, with the same answers, and share them with those who ask the same at the same time.',
  },
  COMPILED_EXECUTION: {
    schema: onOff,
    default: 'true',
    unit: 'true or false',
    sentence: 'Whether common queries are compiled; they are executed by graphql-js otherwise, with the same answers.',
  },
} as const satisfies Record<string, Setting>;
