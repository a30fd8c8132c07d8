import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningApi } from '../../src/api/start.ts'
import { serveApi } from '../support/api/served-api.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'
import { busyGenesis, playBusy } from '../support/browser/busy-chain.ts'
import { press } from '../support/browser/verifying.ts'
import { chainDatabase } from '../support/storage/postgres.ts'
import { StoredChain } from '../support/storage/stored-chain.ts'

/** Counts how often a date is written: once whenever a row of a journey is rendered. */
const COUNT = `globalThis.written = 0
const { get } = Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, 'format')
Object.defineProperty(Intl.DateTimeFormat.prototype, 'format', {
  get() {
    const format = get.call(this)
    return (date) => {
      globalThis.written++
      return format(date)
    }
  },
})`
const ROWS = `document.querySelector('tbody')?.rows.length`
const HOLDERS = `document.querySelectorAll('.custody').length`

let browser: Browser
let page: BrowserPage
let api: RunningApi
beforeAll(async () => {
  if (!hasChromium) return
  const genesis = busyGenesis(100)
  const { database } = await chainDatabase(genesis)
  await playBusy(new StoredChain(database, genesis), 100, 80)
  api = await serveApi(database, genesis)
  browser = await Browser.open()
  page = await browser.page()
  await page.setViewport(1_280)
  await page.call('Page.addScriptToEvaluateOnNewDocument', { source: COUNT })
})
afterAll(async () => {
  await browser?.close()
  await api?.stop()
})

/** How many dates are written until an expression is true. */
async function writtenUntil(expression: string, act: () => Promise<void>): Promise<number> {
  await page.evaluate('globalThis.written = 0')
  await act()
  await page.waitFor(expression)
  return page.evaluate('globalThis.written')
}

describe.skipIf(!hasChromium)('what grows on request', () => {
  it('leaves rows as they are when others come below them', async () => {
    await page.open(`${api.url}/asset/BUSY?way=forward`)
    await page.waitFor(`${ROWS} === 25`)
    const words = 'Show 75 more of the 100 rows'
    expect(await writtenUntil(`${ROWS} === 100`, () => press(page, words))).toBe(75)
  })

  it('leaves holders as they are when earlier ones come above them', async () => {
    await page.open(`${api.url}/asset/SOLO/unit/0`)
    await page.waitFor(`${HOLDERS} === 50`)
    const button = `document.querySelector('.custody-missing button')`
    const earlier = await page.evaluate<number>(`Number(/of the (\\d+) /.exec(${button}.innerText)[1])`)
    const more = () => page.evaluate<void>(`${button}.click()`)
    expect(await writtenUntil(`${HOLDERS} > 50`, more)).toBe(earlier)
  })
})
