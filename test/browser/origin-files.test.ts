import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { en } from '../../src/explorer/texts/en.ts'
import { genesisToJson } from '../../src/ledger/genesis.ts'
import { encodeOriginProof } from '../../src/verify/origin-proof.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'
import { choose, outcome } from '../support/browser/verifying.ts'
import { CertifiedChain } from '../support/certificate/certified-chain.ts'
import { forgedOrigin } from '../support/proving/forged-origin.ts'
import { testFolder } from '../support/shared/test-folder.ts'

const demo = inject('demo')
const folder = testFolder('origin-files')

/** Writes a file. @returns its path */
function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe.skipIf(!hasChromium)('an origin proof on /verify', () => {
  let browser: Browser
  let page: BrowserPage
  beforeAll(async () => {
    browser = await Browser.open()
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Pins the genesis of a chain, and has a visitor choose an origin proof of it. @returns what the page says of the proof */
  async function judged(chain: CertifiedChain, headline: string): Promise<string> {
    page = await browser.page()
    await page.open(`${demo}/verify`)
    await page.waitForText('this is what the server shows')
    await choose(page, file('genesis.json', JSON.stringify(genesisToJson(chain.genesis))))
    await outcome(page, 'is pinned')
    await choose(page, file('origin.json', encodeOriginProof(forgedOrigin(chain))))
    await outcome(page, headline)
    return page.evaluate<string>(`document.querySelector('.check-result').innerText`)
  }

  it('says what it is about where it is proven and final, and that anyone can forge it', async () => {
    const text = await judged(new CertifiedChain({ stateDepth: 12 }), en.verify.originProof.verified)
    for (const said of ['FORGED-1', 'for you', en.verify.proof.development]) expect(text).toContain(said)
  })

  it('is not called good, and nothing that it says is shown, where the page has no key for it', async () => {
    const text = await judged(new CertifiedChain({ stateDepth: 4 }), en.verify.originProof.unchecked)
    for (const said of ['FORGED-1', 'for you', en.verify.proof.development]) expect(text).not.toContain(said)
    expect(await page.evaluate(`document.querySelector('.check-outcome').className`)).toContain(
      'check-refused',
    )
  })
})
