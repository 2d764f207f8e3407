import { bearerToken, file, httpUrl, oneOf, onOff } from './setting.ts';

/** What the gateway tells of itself. */
export const observabilitySettings = {
  LOG_LEVEL: oneOf('level', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .defaultsTo('info')
    .describe('Least level that is logged: trace, debug, info, warn, error, fatal or silent.'),
  METRICS: onOff.defaultsTo('true').describe('Whether /metrics is served.'),
  METRICS_TOKEN: bearerToken('token').describe(
    'Bearer token that opens /metrics to any address; without it only this machine may read them.',
  ),
  METRICS_TOKEN_FILE: file.describe('File that holds METRICS_TOKEN.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.describe(
    'OpenTelemetry collector that spans are sent to; none are made when left out.',
  ),
};
