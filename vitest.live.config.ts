import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The contract suite against a real Harper: HARPER_URL, HARPER_USERNAME and HARPER_PASSWORD say which. */
export default defineConfig({
  oxc: { target: 'es2022' },
  // One copy of graphql, the one Node loads; Vite would prefer its `module`, and instanceof would tell lies.
  resolve: { alias: { graphql: fileURLToPath(import.meta.resolve('graphql')) } },
  test: { include: ['test/contract/live.test.ts'], testTimeout: 120_000, retry: 0, passWithNoTests: false },
});
