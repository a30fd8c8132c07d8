import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.ts'

/** What all projects have. A project's own list of tests decides which run it belongs to. */
const common = {
  // Vite would take graphql's ESM build, Node takes the other one for the packages built on it: one of the two only.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
}
/** They only end what hangs: on a busy machine a test may take ten times as long as on a quiet one. Longer than `until` waits. */
const limits = { testTimeout: 300_000, hookTimeout: 480_000, expect: { poll: { timeout: 120_000 } } }

/**
 * Of the files that need nothing but modules: those that replace modules or the clock, need much memory, or are run by themselves with more to
 * do. Each has a process of its own, in the project `main`; all others share processes in `shared`.
 */
const ALONE = [
  'test/unit/{circuits,groth16,setup}/**/*.test.ts',
  'test/unit/certificate/alterations.test.ts',
  'test/unit/api/{execution,budget/turns,http/static-files}.test.ts',
  'test/unit/config/files.test.ts',
]

export default defineConfig({
  ...common,
  test: {
    // CI reads its closing line from a report in JSON.
    reporters: process.env.VITEST_JSON
      ? ['default', ['json', { outputFile: process.env.VITEST_JSON }]]
      : ['default'],
    globalSetup: ['test/support/global-setup.ts'],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        ...common,
        test: {
          ...limits,
          name: 'main',
          include: ['test/{simulation,integration}/**/*.test.ts', ...ALONE],
          // By default a core would be left idle.
          maxWorkers: '100%',
        },
      },
      {
        ...common,
        test: {
          ...limits,
          name: 'shared',
          include: ['test/{unit,property,conformance,vectors}/**/*.test.ts'],
          exclude: ALONE,
          maxWorkers: '100%',
          // Evaluating the modules anew for each file takes as long as its tests.
          isolate: false,
          setupFiles: ['test/support/leave-nothing.ts'],
        },
      },
      {
        ...common,
        test: {
          ...limits,
          testTimeout: 1_200_000,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // What plays histories whole takes minutes: it is for `npm run test:histories`.
          exclude: process.env.HISTORY_ROWS === 'all' ? [] : ['test/e2e/history-pages.test.ts'],
          // Each file starts many processes, and waits for them most of the time.
          maxWorkers: 2,
        },
      },
      {
        ...common,
        test: {
          ...limits,
          testTimeout: 120_000,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/support/browser/demo-setup.ts'],
          maxWorkers: 2,
        },
      },
    ],
  },
})
