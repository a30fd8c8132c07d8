import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Vite would take graphql's ESM build, Node takes the other one for the packages built on it: one of the two only.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/{unit,property,simulation,integration,conformance,e2e,vectors}/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
