export type { HarperBackend, SandboxBackend } from './config/backend.ts';
export { type Config, ConfigError, readConfig } from './config/config.ts';
export { SETTINGS, type SettingName } from './config/settings.ts';
export { ERROR_CATALOGUE, type ErrorCode, GatewayError, type Issue } from './errors.ts';
export { type Gateway, startGateway, VERSION } from './gateway.ts';
export { createLocks, type Locks } from './mutations/locks.ts';
export { createLogger, type Logger } from './observability/logger.ts';
export { type Sandbox, type SandboxOptions, startSandbox } from './sandbox/sandbox.ts';
export { printedSchema, schema } from './schema/schema.ts';
