import { rmSync } from 'node:fs'
import type { Artifacts } from '../../../src/setup/artifacts.ts'
import type { OriginCircuit } from '../../../src/setup/circuits.ts'
import { exportCircuits } from '../../../src/setup/export-circuits.ts'
import { circuitsOf } from '../api/served-circuits.ts'
import type { Browser } from '../browser/browser.ts'
import { serveFiles } from '../browser/served-files.ts'
import { browserBundle } from '../shared/browser-bundle.ts'
import { testFolder } from '../shared/test-folder.ts'
import type { PageOrigin, PageProof } from './origin-page.ts'

const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}

/** Has a page make an origin proof, with a key that it fetches as from an api. */
export async function proveInPage(
  browser: Browser,
  circuit: OriginCircuit,
  artifacts: Artifacts,
  asked: PageOrigin,
): Promise<PageProof> {
  const folder = testFolder('served')
  const exported = { circuit, artifacts, kind: 'development' as const, vkHash: circuit.developmentVkHash }
  await exportCircuits([exported], folder)
  const files = {
    'index.html': '<!doctype html><script type="module" src="page.js"></script>',
    'page.js': await browserBundle('../test/support/proving/origin-page.ts'),
    'worker.js': await browserBundle('groth16/browser-worker.ts'),
    asked: JSON.stringify(asked),
  }
  const server = await serveFiles(files, ISOLATED, circuitsOf(folder))
  try {
    const page = await browser.page()
    await page.open(server.url)
    return await page.evaluate<PageProof>('proven')
  } finally {
    server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
