import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningApi } from '../../src/api/start.ts'
import { encodeAddress } from '../../src/crypto/address.ts'
import { fieldToHex } from '../../src/crypto/field.ts'
import { MAX_OPENED } from '../../src/explorer/journey/use-flow.ts'
import { MAX_HOPS } from '../../src/explorer/journey/use-journey.ts'
import { serveApi } from '../support/api/served-api.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'
import { busyGenesis, LONGEST, NAMES, named, playBusy } from '../support/browser/busy-chain.ts'
import { chainDatabase } from '../support/storage/postgres.ts'
import { StoredChain } from '../support/storage/stored-chain.ts'

/** Moves of an asset whose trace has more hops than a page shows; `npm run bench busy` looks at 100,000. */
const MOVES = 7_000
const OWNERS = 120
/** More than enough for one visitor. */
const RICH = { bucket: 1e9, refillPerSecond: 1e9 }

/** What changes how a text is shown, and must be shown itself. */
const UNSEEN = `/[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]/`

let browser: Browser
let page: BrowserPage
let api: RunningApi
/** Hash of the last transfer, which has a long note. */
let last: bigint

beforeAll(async () => {
  if (!hasChromium) return
  const genesis = busyGenesis(MOVES)
  const { database } = await chainDatabase(genesis)
  last = await playBusy(new StoredChain(database, genesis), MOVES, OWNERS)
  api = await serveApi(database, genesis, {
    limits: RICH,
    nameOf: (account) => NAMES.get(account),
    trusted: { texts: new Map(), only: true },
  })
  browser = await Browser.open()
  page = await browser.page()
  await page.setViewport(1_280)
})
afterAll(async () => {
  await browser?.close()
  await api?.stop()
})

const open = async (path: string, text: string) => {
  await page.open(api.url + path)
  await page.waitForText(text)
}
const click = (words: string) =>
  page.evaluate(
    `[...document.querySelectorAll('button')].find((each) => each.innerText.startsWith('${words}')).click()`,
  )
const count = (selector: string) => page.evaluate<number>(`document.querySelectorAll('${selector}').length`)

describe.skipIf(!hasChromium)('an asset that moved very often', () => {
  it('is shown in part, says so, loads more up to a bound, and says where the rest is', async () => {
    await open('/asset/BUSY', 'It has the first 100 steps')
    expect(await count('.flow-strand')).toBeLessThanOrEqual(24)
    expect(await page.evaluate(`document.querySelector('.notice .export a').getAttribute('href')`)).toBe(
      '/export/transfers.csv?asset=BUSY',
    )
    for (let steps = 2_100; steps < MAX_HOPS; steps += 2_000) {
      await click('Load more')
      await page.waitForText(`It has the first ${steps.toLocaleString('en-US')} steps`)
      await page.waitFor(`!document.querySelector('[aria-busy=true]')`)
    }
    await click('Load more')
    await page.waitForText(`It has the first ${MAX_HOPS.toLocaleString('en-US')} steps`)
    await page.waitForText(`A page shows at most ${MAX_HOPS.toLocaleString('en-US')} of them.`)
    await page.waitFor(`!document.querySelector('[aria-busy=true]')`)
    expect(await page.evaluate(`document.querySelector('.notice').innerText.includes('Load more')`)).toBe(
      false,
    )
    expect(await count('.flow-strand')).toBeLessThanOrEqual(24)
  })

  it('has a picture that is unfolded up to a bound, and says how much is in the table only', async () => {
    await open('/asset/BUSY', 'It has the first 100 steps')
    await click('Load more')
    await page.waitForText('It has the first 2,100 steps')
    expect(await count('.flow-strand')).toBeLessThanOrEqual(24)
    for (let opened = 1; opened <= MAX_OPENED; opened++) {
      await click('Show more of the')
      await page.waitFor(`document.querySelectorAll('.flow-strand').length > ${24 * opened - 24}`)
    }
    await page.waitForText('strands are in the table only')
    expect(await count('.flow-strand')).toBeLessThanOrEqual(24 * (MAX_OPENED + 1))
  })

  it('has a table that grows by parts, and shrinks', async () => {
    await open('/asset/BUSY?way=forward', 'It has the first 100 steps')
    const before = await count('tbody tr')
    await click('Show 75 more of the 100 rows')
    await page.waitFor(`document.querySelectorAll('tbody tr').length === ${before + 75}`)
    await click('Show 25 rows')
    await page.waitFor(`document.querySelectorAll('tbody tr').length === ${before}`)
  })

  it('has pages of holders and records, and whole lists', async () => {
    const holders = Math.floor(MOVES / 2).toLocaleString('en-US')
    await open('/asset/BUSY/holders', `Holders by balance (${holders})`)
    expect(await count('.section > .table tbody tr')).toBe(50)
    const first = await page.evaluate<string>(`document.querySelector('tbody a').title`)
    await page.evaluate(`document.querySelector('a[rel=next]').click()`)
    await page.waitFor(
      `document.querySelector('tbody a') && document.querySelector('tbody a').title !== '${first}'`,
    )
    expect(await count('.section > .table tbody tr')).toBe(50)
  })
})

describe.skipIf(!hasChromium)('a thing that had very many owners', () => {
  it('has a line of the newest ones, and of earlier ones on request', async () => {
    await open('/asset/SOLO', 'It has the first 100 steps')
    expect(await count('.custody')).toBe(50)
    await click('Show 50 of the 50 earlier holders')
    await page.waitFor(`document.querySelectorAll('.custody').length === 100`)
    await click('Load more')
    await page.waitFor(`document.querySelectorAll('.custody').length === ${OWNERS}`)
    expect(await count('.custody-now')).toBe(1)
  })
})

describe.skipIf(!hasChromium)('names and notes that would hurt a page', () => {
  const paths = () => [
    ['/', 'Newest records'],
    ['/assets', 'What is registered'],
    ['/asset/BUSY', 'It has the first'],
    ['/asset/SOLO', 'It has the first'],
    ['/asset/SOLO/unit/0', 'It has the first'],
    ['/asset/SOLO/holders', 'Holders by balance'],
    [`/asset/${LONGEST.code}`, LONGEST.name],
    [`/asset/${LONGEST.code}/holders`, 'Holders by balance'],
    [`/label/${LONGEST.code}`, 'Scan to see'],
    [`/account/${encodeAddress(named)}`, 'Nobody verified it'],
    [`/transfer/${fieldToHex(last)}`, 'What was signed'],
    ['/block/1', 'Proposer'],
    ['/label/SOLO', 'Scan to see'],
    ['/network', 'Validators'],
  ]

  it('are shown as texts, cut, and inside of the narrowest screen', async () => {
    await page.setViewport(360, 800)
    for (const [path, text] of paths()) {
      await open(path!, text!)
      expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, 360])
      expect([path, await page.evaluate(`${UNSEEN}.test(document.body.innerText + document.title)`)]).toEqual(
        [path, false],
      )
      expect([path, await count('#injected')]).toEqual([path, 0])
    }
    await open('/assets', 'What is registered')
    expect((await page.evaluate<string>('document.body.innerText')).length).toBeLessThan(2_000)
    expect(page.complaints).toEqual([])
    await page.setViewport(1_280)
  })
})

it.skipIf(!hasChromium)(
  'all of it comes from an api that refuses every document but those of the page',
  async () => {
    const response = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ chain { name } }' }),
    })
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNTRUSTED_DOCUMENT' } }] })
  },
)
