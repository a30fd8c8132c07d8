import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Vite would take graphql's ESM build, Node takes the other one for the packages built on it: one of the two only.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    // CI reads its closing line from a report in JSON.
    reporters: process.env.VITEST_JSON
      ? ['default', ['json', { outputFile: process.env.VITEST_JSON }]]
      : ['default'],
    include: ['test/{unit,property,simulation,integration,conformance,e2e,vectors}/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
