import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Node 22 does not know `await using` yet; the tests do.
  oxc: { target: 'es2022' },
  // One copy of graphql, the one Node loads; Vite would prefer its `module`, and instanceof would tell lies.
  resolve: { alias: { graphql: fileURLToPath(import.meta.resolve('graphql')) } },
  test: {
    setupFiles: ['test/support/faults.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          include: ['test/**/*.test.ts'],
          exclude: ['test/contract/live.test.ts', 'test/hostile'],
        },
      },
      // Alone on the machine, and after the others: it measures how long the gateway is busy.
      { extends: true, test: { name: 'hostile', include: ['test/hostile/*.test.ts'], sequence: { groupOrder: 1 } } },
    ],
    // Printed by npm test, which is without --coverage for a part of the tests: npx vitest run test/live.
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['**/*.generated.ts'],
      reporter: [['text', { skipFull: true, maxCols: 120 }]],
      thresholds: Object.fromEntries(
        ['harper', 'cluster', 'live', 'mutations', 'auth'].map((folder) => [`src/${folder}/**`, { lines: 97 }]),
      ),
    },
    // A test that retries hides a flake, and a run without tests proves nothing.
    retry: 0,
    passWithNoTests: false,
  },
});
