import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { RunningApi } from '../../src/api/start.ts'
import { encodeAddress } from '../../src/crypto/address.ts'
import { serveApi } from '../support/api/served-api.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import { busiest, busyGenesis, playBusy } from '../support/browser/busy-chain.ts'
import { LyingProxy } from '../support/browser/lying-proxy.ts'
import { StoppableProxy } from '../support/browser/stoppable-proxy.ts'
import { press } from '../support/browser/verifying.ts'
import { chainDatabase } from '../support/storage/postgres.ts'
import { StoredChain } from '../support/storage/stored-chain.ts'

const demo = inject('demo')
const NEWEST = 'Newest first, up to date'
/** What stands above the newest records; undefined where there is no such line. */
const LINE = `document.querySelector('main .newer')?.innerText`
/** Keeps what a screen reader is told of changes below the main heading. */
const LISTEN = `globalThis.heard = []
new MutationObserver((changes) => {
  for (const { target } of changes) {
    const status = (target.closest ? target : target.parentElement)?.closest('[role=status]')
    const text = status?.innerText
    if (text && heard.at(-1) !== text) heard.push(text)
  }
}).observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true })`

let browser: Browser
let proxy: LyingProxy
beforeAll(async () => {
  if (!hasChromium) return
  browser = await Browser.open()
  proxy = await LyingProxy.start(demo)
})
afterAll(async () => {
  await browser?.close()
  proxy?.stop()
})

describe.skipIf(!hasChromium)('a page says that records are the newest', () => {
  it('until its connection is lost', async () => {
    const network = await StoppableProxy.start(demo)
    const page = await browser.page()
    await page.open(network.url)
    await page.waitForText(NEWEST)
    await network.stop()
    await page.waitForText('Connection lost')
    expect(await page.evaluate(LINE)).toBe('Newest first')
    await page.close()
  })

  it('until the server fails to answer', async () => {
    const page = await browser.page()
    proxy.lies = {}
    await page.open(proxy.url)
    await page.waitForText(NEWEST)
    proxy.lies = { answers: { Home: (_honest, response) => void response.destroy() } }
    await page.waitForText('The server cannot be reached')
    expect(await page.evaluate(LINE)).toBe('Newest first')
    await page.close()
  })

  it('until there are newer ones, which it says once, however many come', async () => {
    const page = await browser.page()
    proxy.lies = {}
    await page.open(proxy.url)
    await page.waitForText(NEWEST)
    await page.evaluate(LISTEN)
    const withNewer = (count: number) => (honest: string, response: ServerResponse) => {
      const answer = JSON.parse(honest) as { data: { transfers: { nodes: { hash: string }[] } } }
      for (const [i, row] of answer.data.transfers.nodes.slice(0, count).entries())
        row.hash = `${i}`.padStart(64, 'f')
      response.end(JSON.stringify(answer))
    }
    for (const count of [1, 2, 3]) {
      proxy.lies = { answers: { Home: withNewer(count) } }
      await page.waitForText(`Show ${count} newer`)
    }
    expect(await page.evaluate('heard')).toEqual(['There are newer records'])
    await press(page, 'Show 3 newer records')
    await page.waitForText(NEWEST)
    await page.close()
  })
})

describe.skipIf(!hasChromium)('a page that does not follow the chain', () => {
  let api: RunningApi
  beforeAll(async () => {
    const genesis = busyGenesis(200)
    const { database } = await chainDatabase(genesis)
    await playBusy(new StoredChain(database, genesis), 200, 2)
    api = await serveApi(database, genesis)
  })
  afterAll(() => api?.stop())

  it.each([
    [`/account/${encodeAddress(busiest)}`, 'after'],
    ['/asset/BUSY/holders', 'after'],
    ['/asset/BUSY/holders', 'holders'],
  ])('does not say so: %s?%s=', async (path, cursor) => {
    const page = await browser.page()
    await page.open(api.url + path)
    await page.waitForText(NEWEST)
    const next = `[...document.querySelectorAll('a[rel=next]')].find(({ search }) => search.startsWith('?${cursor}='))`
    await page.evaluate(`${next}.click()`)
    await page.waitFor(`location.search.startsWith('?${cursor}=') && document.querySelector('main .as-of')`)
    await page.waitForText('Live')
    expect(await page.evaluate(LINE)).toBe(undefined)
    await page.close()
  })
})
