import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const RANDOM = ['test/differential/differential.test.ts', 'test/fuzz/*.test.ts'];
const ALONE = ['test/alone/*.test.ts', 'test/chaos/*.test.ts'];

export default defineConfig({
  // Node 22 does not know `await using` yet; the tests do.
  oxc: { target: 'es2022' },
  // One copy of graphql, the one Node loads; Vite would prefer its `module`, and instanceof would tell lies.
  resolve: { alias: { graphql: fileURLToPath(import.meta.resolve('graphql')) } },
  test: {
    setupFiles: ['test/support/faults.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 3,
    // No module has a state that a test could leave behind. Loading them all for each file takes a third of the time.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          include: ['test/**/*.test.ts'],
          exclude: ['test/contract/live.test.ts', ...RANDOM, ...ALONE, 'test/hostile'],
        },
      },
      // Random input in great numbers. It takes the processor and no clock, so it is left out where that is kept busy.
      { extends: true, test: { name: 'random', include: RANDOM } },
      // One after the other, and after the others: real time is their subject.
      {
        extends: true,
        test: { name: 'alone', include: ALONE, isolate: true, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: {
          name: 'hostile',
          include: ['test/hostile/*.test.ts'],
          isolate: true,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
    // Printed by npm test, which is without --coverage for a part of the tests: npx vitest run test/live.
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // The thread of a history file runs, in every test of one, where v8 is not asked.
      exclude: ['**/*.generated.ts', 'src/console/graphql/**', 'src/live/changelog/sqlite/history-thread.ts'],
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
