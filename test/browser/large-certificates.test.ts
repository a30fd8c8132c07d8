import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningApi } from '../../src/api/start.ts'
import { hashAction } from '../../src/ledger/action-hash.ts'
import { assetIdOf } from '../../src/ledger/definition.ts'
import { MINT } from '../../src/ledger/params.ts'
import { serveApi } from '../support/api/served-api.ts'
import { axeFindings } from '../support/browser/axe.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'
import { unreadable } from '../support/browser/layout.ts'
import { LyingProxy, saying } from '../support/browser/lying-proxy.ts'
import { outcome, press } from '../support/browser/verifying.ts'
import { poseidon } from '../support/crypto/poseidon.ts'
import { definitionOf, rsaKey, signRegister, signTransfer } from '../support/ledger/ledger-world.ts'
import { FinalChain, genesisOfOne } from '../support/storage/final-chain.ts'
import { chainDatabase } from '../support/storage/postgres.ts'

/** Most records that the server looks up for a request. */
const MOST = 300
/** Signatures of RSA keys cost little time. */
const [ann, bea] = [rsaKey(), rsaKey()]
/** Units of each asset, which move one by one. */
const UNITS = { FEW: 5, MANY: 2 * MOST }

/** The registration of an asset, the issue of its units, and a move of each of them. */
function* unitByUnit(code: string, units: number, named: { chainId: bigint; era: number }) {
  const definition = definitionOf(ann, { code, cap: `${units}` })
  yield signRegister(ann, { ...named, definition })
  const common = { ...named, assetId: assetIdOf(poseidon, definition), memo: 0n }
  yield signTransfer(ann, { ...common, from: MINT, to: ann.account, fromStart: 0n, amount: BigInt(units) })
  for (let i = 0; i < units; i++) {
    const unit = { fromStart: BigInt(i), amount: 1n }
    yield signTransfer(ann, { ...common, from: ann.account, to: bea.account, ...unit })
  }
}

let browser: Browser
let page: BrowserPage
let api: RunningApi

beforeAll(async () => {
  if (!hasChromium) return
  const genesis = genesisOfOne()
  const { database } = await chainDatabase(genesis)
  const chain = new FinalChain(database, genesis)
  const named = { chainId: chain.rules.chainId, era: chain.header.era + 1 }
  const actions = Object.entries(UNITS).flatMap(([code, units]) => [...unitByUnit(code, units, named)])
  await chain.commit(actions.map((action) => hashAction(poseidon, action)))
  // A certificate is as of the block before the newest.
  await chain.commit([])
  await chain.storeTrees()
  api = await serveApi(database, genesis, { limits: { traceRecords: MOST } })
  browser = await Browser.open()
  page = await browser.page()
})
afterAll(async () => {
  await browser?.close()
  await api?.stop()
})

describe.skipIf(!hasChromium)(
  '"Verify here" on what moved more often than a server shows in a certificate',
  () => {
    it('says so, with the bound and what to do, and shows no progress', async () => {
      await page.open(`${api.url}/asset/MANY`)
      await press(page, 'Verify here')
      await page.waitForText('A certificate of all of these units would be too large.')
      await page.waitForText(`The bound of a request: ${MOST} records that the server looks up.`)
      await page.waitForText('ictl certificate takes --address, --transfer, and --offset with --length')
      expect(
        await page.evaluate(`document.querySelector('.verification [role=status] > *, progress')`),
      ).toBeNull()
      expect(await axeFindings(page)).toEqual([])
      await page.setViewport(360)
      expect(await unreadable(page)).toEqual([])
      await page.setViewport(1_280)
    })

    it('says why no more of a journey comes', async () => {
      const proxy = await LyingProxy.start(api.url)
      const refusal = { message: 'No.', extensions: { code: 'QUERY_TOO_COSTLY' } }
      const answer = saying(JSON.stringify({ data: { trace: null }, errors: [refusal] }))
      proxy.lies = { answers: { TraceMore: answer } }
      await page.open(`${proxy.url}/asset/MANY`)
      await press(page, 'Load more of it')
      await page.waitForText('This is more than the server does for one request.')
      proxy.stop()
    })

    it('comes to verdicts where less is asked for', async () => {
      await page.open(`${api.url}/asset/FEW`)
      await press(page, 'Verify here')
      await outcome(page, 'Verified: intact, complete, signed and final')
    })
  },
)
