import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { bundleClient } from '../../support/client/bundle.ts'

/** What a page may load to query and sign, gzipped. */
const BUDGET_BYTES = 40_000

it(`the client is at most ${BUDGET_BYTES} bytes for browsers, minified and gzipped`, async () => {
  const bytes = gzipSync(await bundleClient(), { level: 9 }).length
  console.log(`the client for browsers: ${bytes} bytes gzipped`)
  expect(bytes).toBeGreaterThan(10_000)
  expect(bytes).toBeLessThanOrEqual(BUDGET_BYTES)
})
