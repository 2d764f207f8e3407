import { type DestinationStream, type Logger, pino } from 'pino';
import { redact, redactDeep } from './redact.ts';

export type { Logger } from 'pino';

/** Keys whose values must not be logged, down to the depth at which the gateway logs objects. */
const SECRET_KEYS = ['authorization', 'password', 'token', 'operation_token', 'refresh_token'];

/**
 * Creates the gateway's logger: JSON lines, credentials removed from keys known to hold them and from every message.
 * @param level a pino level, or `silent`
 * @param destination where the lines go; standard output when left out
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
      hooks: {
        logMethod(args, method) {
          for (const [index, arg] of args.entries()) if (typeof arg === 'string') args[index] = redact(arg);
          method.apply(this, args);
        },
      },
      formatters: { log: (fields) => Object.fromEntries(Object.entries(fields).map(clean)) },
      serializers: { err: describeError },
    },
    destination as DestinationStream,
  );
}

/** A field without credentials. Errors have a serializer of their own. */
function clean([key, value]: [string, unknown]): [string, unknown] {
  return [key, value instanceof Error ? value : redactDeep(value, [])];
}

/** An error and its causes as plain data, without credentials. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return redact(String(error));
  return {
    type: error.name,
    // The message of JSON.parse repeats the text, which may hold a secret.
    message: error instanceof SyntaxError ? 'A text could not be parsed.' : redact(error.message),
    ...('code' in error && { code: error.code }),
    ...(error.stack && !(error instanceof SyntaxError) && { stack: redact(error.stack) }),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  };
}
