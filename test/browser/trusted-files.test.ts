import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { en } from '../../src/explorer/texts/en.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'
import { choose, outcome } from '../support/browser/verifying.ts'
import { CORPUS } from '../support/certificate/corpus/corpus-chain.ts'

const demo = inject('demo')
const { refusals, genesis, proofs, policyInUse } = en.verify

/** Paths of files of the published corpus. */
const paths = (...names: string[]) => names.map((name) => fileURLToPath(new URL(name, CORPUS)))

/** Resolves once a verdict is shown in these words. */
const verdict = (page: BrowserPage, words: string) =>
  page.waitFor(
    `[...document.querySelectorAll('.verdict h3')].some(({ innerText }) => innerText === '${words}')`,
  )

let browser: Browser
let page: BrowserPage
beforeAll(async () => {
  if (!hasChromium) return
  browser = await Browser.open()
  page = await browser.page()
})
afterAll(() => browser?.close())

describe.skipIf(!hasChromium)('what /verify checks certificates with', () => {
  beforeAll(async () => {
    await page.open(`${demo}/verify`)
    await page.waitForText(genesis.standings.first)
    await choose(page, ...paths('genesis.json'))
    await page.waitForText(genesis.standings.differsFromPinned)
  })

  it('is no policy that comes with a certificate, unless it is the kept one', async () => {
    await choose(page, ...paths('witnesses.policy', 'good-witnessed.json'))
    await outcome(page, refusals.OTHER_POLICY)
    await choose(page, ...paths('good-witnessed.json'))
    await verdict(page, 'Witnessed: not judged')
    expect(await page.evaluate(`document.body.innerText.includes('${policyInUse}')`)).toBe(false)
    await choose(page, ...paths('witnesses.policy'))
    await page.waitForText(policyInUse)
    await choose(page, ...paths('good-witnessed.json', 'witnesses.policy'))
    await verdict(page, 'Witnessed: yes')
    await choose(page, ...paths('validators.policy', 'good-witnessed.json'))
    await outcome(page, refusals.OTHER_POLICY)
  })

  it('is no file of proofs that is not valid', async () => {
    await choose(page, ...paths('proofs-wrong-proof-other.json'))
    await outcome(page, proofs.refused)
    await choose(page, ...paths('proven.json'))
    await verdict(page, 'Proven: not judged')
    await choose(page, ...paths('proofs.json'))
    await outcome(page, 'The proofs lead from the genesis')
    await choose(page, ...paths('proven.json'))
    await verdict(page, 'Proven: yes')
    await choose(page, ...paths('proofs.json', 'proofs-of-the-first.json', 'proven.json'))
    await outcome(page, proofs.refused)
    expect(page.complaints).toEqual([])
  })
})
