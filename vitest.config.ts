import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const BUILT = [
  'test/{alerts,cli,examples,package}.test.ts',
  'test/clients/java.test.ts',
  'test/scripts/build-*.test.ts',
];
const RANDOM = [
  'test/differential/{differential,documents}.test.ts',
  'test/fuzz/*.test.ts',
  'test/graphql/{equivalence,fast-path}.test.ts',
  'test/mutations/plan.test.ts',
];
const BROWSER = [
  'test/console/{changes,console,devices,security,silent-socket,states,timeline,without-login}.test.ts',
  'test/transport/graphiql{,-handed-over,-layout,-subscription}.test.ts',
];
const CHAOS = ['test/chaos/{gateways,restarts,whole}.test.ts'];
/** These replace globals, such as timers. What an earlier file has left running in their process would go by them. */
const FAKED = ['test/console/{clock,direction-store,polled,session}.test.ts', 'test/harper/read.test.ts'];
/** Those that take longest begin first: at the end others would wait for them. Longest first. */
const LONGEST = [
  'differential/differential',
  'console/states',
  'transport/graphiql',
  'chaos/',
  'fuzz/requests',
  'live/sharing/',
  'console/security',
  'cli.test',
  'console/',
  'live/resume',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((part) => moduleId.includes(`/test/${part}`));
      return at === -1 ? LONGEST.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

const ALONE = ['test/alone/*.test.ts', 'test/chaos/chaos.test.ts'];

export default defineConfig({
  // Node 22 does not know `await using` yet; the tests do.
  oxc: { target: 'es2022' },
  // One copy of graphql, the one Node loads; Vite would prefer its `module`, and instanceof would tell lies.
  resolve: { alias: { graphql: fileURLToPath(import.meta.resolve('graphql')) } },
  test: {
    globalSetup: ['test/support/temporary-folder.ts'],
    setupFiles: ['test/support/faults.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 4,
    // No module has a state that a test could leave behind. Loading them all for each file takes a third of the time.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/contract/live.test.ts',
            ...BUILT,
            ...RANDOM,
            ...BROWSER,
            ...CHAOS,
            ...FAKED,
            ...ALONE,
            'test/hostile',
          ],
        },
      },
      { extends: true, test: { name: 'faked', include: FAKED, isolate: true } },
      // What is built, installed or started as a command, and equal answers to great numbers of requests. Both take
      // the processor and no clock, so they are left out where that is kept busy.
      { extends: true, test: { name: 'built', include: BUILT } },
      { extends: true, test: { name: 'random', include: RANDOM } },
      // A browser without a graphics card keeps a processor busy by itself.
      { extends: true, test: { name: 'browser', include: BROWSER, testTimeout: 180_000, sequence: { groupOrder: 1 } } },
      // Processes that are killed and started at random: they wait more than they work.
      { extends: true, test: { name: 'chaos', include: CHAOS, isolate: true, sequence: { groupOrder: 1 } } },
      // One after the other, and after the others: real time is their subject.
      {
        extends: true,
        test: { name: 'alone', include: ALONE, isolate: true, maxWorkers: 1, sequence: { groupOrder: 2 } },
      },
      {
        extends: true,
        test: {
          name: 'hostile',
          include: ['test/hostile/*.test.ts'],
          isolate: true,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
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
