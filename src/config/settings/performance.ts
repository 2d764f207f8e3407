import { count, onOff } from './setting.ts';

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
  COMPRESSION_MIN_BYTES: count('bytes', 0, 1024 ** 3)
    .defaultsTo('4096')
    .describe(
      'Size from which on answers are compressed for clients that take br or gzip; 0: none is. Streams never are.',
    ),
};
