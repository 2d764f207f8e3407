import { bearerToken, file, httpUrl, oneOf, onOff, type Setting } from './setting.ts';

/** What the gateway tells of itself. */
export const observabilitySettings = {
  LOG_LEVEL: {
    ...oneOf('level', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    default: 'info',
    sentence: 'Least level that is logged: trace, debug, info, warn, error, fatal or silent.',
  },
  METRICS: { ...onOff, default: 'true', sentence: 'Whether /metrics is served.' },
  METRICS_TOKEN: {
    ...bearerToken('token'),
    secret: true,
    sentence: 'Bearer token that opens /metrics to any address; without it only this machine may read them.',
  },
  METRICS_TOKEN_FILE: { ...file, sentence: 'File that holds METRICS_TOKEN.' },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    ...httpUrl,
    sentence: 'OpenTelemetry collector that spans are sent to; none are made when left out.',
  },
} as const satisfies Record<string, Setting>;
