import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createClient } from '../../src/client/client.ts'
import { en } from '../../src/explorer/texts/en.ts'
import { axeFindings } from '../support/browser/axe.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'
import { outcome, press, verdictsOf } from '../support/browser/verifying.ts'

const demo = inject('demo')
const client = createClient({ url: `${demo || 'http://127.0.0.1'}/graphql` })
/** Index of the batch that is proven here. */
const BATCH = '1'

/** The verdicts on what a demo shows of itself, in words. */
const WORDS = (['intact', 'complete', 'signed', 'final', 'witnessed', 'proven', 'fresh'] as const).map(
  (name) => {
    const word = name === 'witnessed' || name === 'proven' ? 'unknown' : 'yes'
    const { title, [word]: says } = en.verify.verdicts[name]
    return [`${title}: ${en.verify.words[word]}`, says]
  },
)

/** Paths of pages that show journeys: of a transfer, a holding and a single unit. */
async function journeys(): Promise<string[]> {
  const { asset, transfers } = await client.query<{
    asset: { holders: { nodes: { account: { address: string } }[] } }
    transfers: { nodes: { hash: string }[] }
  }>(`{ asset(by: { code: "DEMO-ROAST-1" }) { holders(first: 1) { nodes { account { address } } } }
    transfers(filter: { asset: "DEMO-ROAST-1", kind: TRANSFER }, first: 1) { nodes { hash } } }`)
  return [
    `/transfer/${transfers.nodes[0]!.hash}`,
    `/holding/${asset.holders.nodes[0]!.account.address}/DEMO-ROAST-1`,
    '/asset/DEMO-CUPS-1/unit/7',
  ]
}

describe.skipIf(!hasChromium)('"Verify here"', () => {
  let browser: Browser
  let page: BrowserPage
  beforeAll(async () => {
    // It is proven while journeys are looked at.
    await client.query(`mutation { requestProof(index: "${BATCH}") { index } }`)
    browser = await Browser.open()
    page = await browser.page()
    await page.setViewport(1_280)
  })
  afterAll(() => browser?.close())

  it('says the seven verdicts in words, on a transfer, a holding and a unit', async () => {
    for (const path of await journeys()) {
      await page.open(demo + path)
      await press(page, 'Verify here')
      await outcome(page, 'Verified: intact, complete, signed and final')
      expect(await verdictsOf(page), path).toEqual(WORDS)
      expect(await axeFindings(page), path).toEqual([])
      await press(page, 'Close')
      await page.waitFor(`!document.querySelector('.verification')`)
    }
    expect(page.complaints).toEqual([])
  })

  it('checks the proof of a batch, and says that a development key proves nothing to others', async () => {
    await page.open(`${demo}/batch/${BATCH}`)
    await page.waitFor(`document.querySelector('.status-proven')`)
    await press(page, 'Verify here')
    await outcome(page, 'The batch proof verifies')
    await page.waitForText('It is under a development key, whose secrets are public')
    await page.waitForText('That this batch is in the final history')
    expect(await axeFindings(page)).toEqual([])
    expect(page.complaints).toEqual([])
  })
})
