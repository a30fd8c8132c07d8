import type { ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { en } from '../../src/explorer/texts/en.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'
import { LyingProxy } from '../support/browser/lying-proxy.ts'
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

describe.skipIf(!hasChromium)('the genesis that /verify keeps', () => {
  let proxy: LyingProxy
  /** Has the server answer what its genesis is. */
  let answer: () => void
  const VERIFIED = en.verify.outcomes.verified
  beforeAll(async () => {
    proxy = await LyingProxy.start(demo)
    page = await browser.page()
    await page.call('Emulation.setFocusEmulationEnabled', { enabled: true })
  })
  afterAll(() => proxy?.stop())

  /** Opens the page at a server that has not answered yet. */
  async function openAtSlowServer(): Promise<void> {
    const asked = new Promise<void>((resolve) => {
      const ServedGenesis = (honest: string, response: ServerResponse) => {
        answer = () => void response.end(honest)
        resolve()
      }
      proxy.lies = { answers: { ServedGenesis } }
    })
    await page.open(`${proxy.url}/verify`)
    await asked
    await page.waitForText(genesis.looking)
  }

  it('is none that comes with a certificate while the server has not answered yet', async () => {
    await openAtSlowServer()
    await choose(page, ...paths('genesis.json', 'good-backward.json'))
    await outcome(page, refusals.OTHER_GENESIS)
    answer()
    await page.waitForText(genesis.standings.first)
  })

  it('is the one that is pinned while the server has not answered yet', async () => {
    await openAtSlowServer()
    await choose(page, ...paths('genesis.json'))
    await outcome(page, 'is pinned')
    answer()
    await page.waitForText(genesis.standings.differsFromPinned)
  })

  it('is at hand while the server has not answered yet', async () => {
    await openAtSlowServer()
    await choose(page, ...paths('good-backward.json'))
    await outcome(page, VERIFIED)
    answer()
    await page.waitForText(genesis.standings.differsFromPinned)
    expect(page.complaints).toEqual([])
  })
})

describe.skipIf(!hasChromium)('a browser that has no room to keep anything', () => {
  const UNTIL_CLOSED = 'until you close this page'

  it('uses a genesis and a policy until the page is closed, and says so', async () => {
    page = await browser.page()
    await page.open(demo)
    await page.evaluate(`for (let size = 2 ** 23; size >= 1; size /= 2)
      try { localStorage.setItem('full' + size, 'x'.repeat(size)) } catch {}`)
    await page.open(`${demo}/verify`)
    await page.waitForText(genesis.standings.first)
    await choose(page, ...paths('genesis.json'))
    await outcome(page, UNTIL_CLOSED)
    await page.waitForText(genesis.standings.differsFromPinned)
    await choose(page, ...paths('witnesses.policy'))
    await outcome(page, `are judged by it ${UNTIL_CLOSED}`)
    // Another page of the same load, and back.
    await page.evaluate(`document.querySelector('header a').click()`)
    await page.waitFor(`!document.querySelector('.drop')`)
    await page.evaluate('history.back()')
    await page.waitForText(genesis.standings.differsFromPinned)
    await page.waitForText(policyInUse)
    await choose(page, ...paths('good-witnessed.json'))
    await verdict(page, 'Witnessed: yes')
    await page.open(`${demo}/verify`)
    await page.waitForText(genesis.standings.first)
    expect(page.complaints).toEqual([])
  })
})
