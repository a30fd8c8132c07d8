import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { RunningApi } from '../../src/api/start.ts'
import { connectControl } from '../../src/control/client.ts'
import type { Genesis } from '../../src/ledger/genesis.ts'
import { serveApi } from '../support/api/served-api.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import { PageClock } from '../support/browser/page-clock.ts'
import { StoppableProxy } from '../support/browser/stoppable-proxy.ts'
import { genesisOf } from '../support/ledger/ledger-world.ts'
import { chainDatabase } from '../support/storage/postgres.ts'

const demo = inject('demo')
const HOUR_MS = 3_600_000

let browser: Browser
beforeAll(async () => {
  if (hasChromium) browser = await Browser.open()
})
afterAll(() => browser?.close())

describe.skipIf(!hasChromium)('a page whose server goes away', () => {
  const serve = async (genesis: Genesis, port = 0): Promise<RunningApi> => {
    const { database } = await chainDatabase(genesis)
    return serveApi(database, genesis, { port })
  }

  it('says so, comes back with it, and says when that has another chain', async () => {
    const first = await serve(genesisOf({ name: 'first' }))
    const port = Number(new URL(first.url).port)
    const page = await browser.page()
    await page.open(`${first.url}/blocks`)
    await page.waitForText('newest first')
    await page.waitForText('Live')
    await first.stop()
    await page.waitForText('Connection lost')
    await page.evaluate(
      `[...document.querySelectorAll('nav a')].find(({ pathname }) => pathname === '/assets').click()`,
    )
    await page.waitForText('The server cannot be reached')
    expect(await page.said()).toContainEqual({ role: 'button', name: 'Try again' })
    const second = await serve(genesisOf({ name: 'second' }), port)
    await page.waitForText('What is registered on this chain')
    await page.waitForText('The chain was started anew.')
    await page.evaluate(`document.querySelector('[role=alert] button').click()`)
    await page.waitFor(`document.title.endsWith('second')`)
    await second.stop()
  })
})

describe.skipIf(!hasChromium)('a page whose server has no node', () => {
  it('says so where it matters, and shows what is final all the same', async () => {
    const genesis = genesisOf({ name: 'without a node' })
    const { database } = await chainDatabase(genesis)
    const control = connectControl(join(tmpdir(), `no-node-${process.pid}`))
    const api = await serveApi(database, genesis, { control })
    const page = await browser.page()
    for (const path of ['/pool', '/network']) {
      await page.open(api.url + path)
      await page.waitForText("The server's node does not answer")
    }
    await page.waitForText('Live')
    await page.open(`${api.url}/block/0`)
    await page.waitForText('without a node')
    await page.waitFor(`document.querySelector('main dl') && !document.querySelector('[role=alert]')`)
    await api.stop()
    control.close()
  })
})

describe.skipIf(!hasChromium)('a page whose connection goes away', () => {
  it('tries again for an hour at a bounded pace, and catches up with one request', async () => {
    const proxy = await StoppableProxy.start(demo)
    const page = await browser.page()
    const clock = await PageClock.take(page)
    await page.open(`${proxy.url}/blocks`)
    await page.waitForText('newest first')
    await page.waitForText('Live')
    const asked = () => page.requests.filter((url) => url.endsWith('/graphql')).length
    const newest = `Number(document.querySelector('main tbody a').pathname.split('/')[2])`
    const [askedBefore, heightBefore] = [asked(), await page.evaluate<number>(newest)]
    const since = (await clock.attempts()).length
    // Nothing says that the socket is gone: the page finds out by itself.
    proxy.vanish()
    await clock.advance(16_000, { waits: false })
    await page.waitForText('Connection lost')
    await clock.advance(60_000, { waits: false })
    const gapsOf = (attempts: number[]) => attempts.slice(1).map((at, i) => at - attempts[i]!)
    const silent = gapsOf((await clock.attempts()).slice(since))
    expect(silent.length).toBeGreaterThanOrEqual(3)
    expect(Math.max(...silent)).toBeLessThanOrEqual(20_000)
    await clock.refuse(true)
    await proxy.stop()
    await clock.advance(HOUR_MS)
    const refused = gapsOf((await clock.attempts()).slice(since + silent.length + 1))
    expect(refused.length).toBeGreaterThanOrEqual(HOUR_MS / 10_000 - 2)
    expect(Math.min(...refused.slice(1))).toBeGreaterThanOrEqual(5_000)
    expect(asked() - askedBefore).toBeLessThanOrEqual(1)
    await clock.refuse(false)
    await proxy.comeBack()
    const askedAway = asked()
    await clock.advance(10_000)
    await page.waitForText('Live')
    await page.waitFor(`${newest} > ${heightBefore} && !document.querySelector('main [role=alert]')`)
    expect(asked() - askedAway).toBe(1)
    await proxy.stop()
  })

  it('does not hurry back to a server that takes it and drops it at once', async () => {
    const proxy = await StoppableProxy.start(demo)
    const page = await browser.page()
    const clock = await PageClock.take(page)
    await page.open(`${proxy.url}/verify`)
    for (let drops = 0; drops < 7; drops++) {
      await page.waitForText('Live')
      proxy.cut()
      await page.waitForText('Connection lost')
      await clock.advance(10_000)
    }
    const attempts = await clock.attempts()
    const waits = attempts.slice(1).map((at, i) => at - 10_000 * i)
    expect(waits).toHaveLength(7)
    expect(waits[0]).toBeLessThanOrEqual(500)
    expect(Math.min(...waits.slice(-2))).toBeGreaterThanOrEqual(5_000)
    await proxy.stop()
  })
})
