import { bearerToken, httpUrl, oneOf, onOff, type Setting, text } from './setting.ts';

/** What the gateway tells of itself. */
export const observabilitySettings = {
  LOG_LEVEL: {
    schema: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    default: 'info',
    unit: 'level',
    sentence: 'Least level that is logged: trace, debug, info, warn, error, fatal or silent.',
  },
  METRICS: {
    schema: onOff,
    default: 'true',
    unit: 'true or false',
    sentence: 'Whether /metrics is served.',
  },
  METRICS_TOKEN: {
    schema: bearerToken,
    unit: 'token',
    secret: true,
    sentence: 'Bearer token that opens /metrics to any address; without it only this machine may read them.',
  },
  METRICS_TOKEN_FILE: {
    schema: text,
    unit: 'file',
    sentence: 'File that holds METRICS_TOKEN.',
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    schema: httpUrl,
    unit: 'URL',
    sentence: 'OpenTelemetry collector that spans are sent to; none are made when left out.',
  },
} as const satisfies Record<string, Setting>;
