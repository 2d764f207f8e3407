import { onOff } from './setting.ts';

/** What makes common queries cheap. Answers are the same with and without; switch it off only to compare. */
export const performanceSettings = {
  FAST_PATH: onOff
    .defaultsTo('true')
    .describe(
      'Whether common queries are parsed once, and share one execution when they arrive at the same time. ' +
        'Answers are the same; switch it off only to compare.',
    ),
  COMPILED_EXECUTION: onOff
    .defaultsTo('true')
    .describe('Whether common queries are compiled. Otherwise graphql-js executes them, with the same answers.'),
};
