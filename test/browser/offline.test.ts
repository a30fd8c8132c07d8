import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'
import { LyingProxy } from '../support/browser/lying-proxy.ts'
import { StoppableProxy } from '../support/browser/stoppable-proxy.ts'

const demo = inject('demo')
const READY = 'it opens without a network'
/** Registers the service worker, and tells what became of it. */
const INSTALLED = `navigator.serviceWorker.register('/service-worker.js').then((registration) => {
  const worker = registration.installing ?? registration.waiting ?? registration.active
  if (worker === null) return 'redundant'
  return new Promise((resolve) => {
    const look = () => ['activated', 'redundant'].includes(worker.state) && resolve(worker.state)
    worker.addEventListener('statechange', look)
    look()
  })
})`

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

/** Opens the page that verifies, and resolves once it says that it is kept. */
async function keptPage(url: string): Promise<BrowserPage> {
  const page = await browser.page()
  await page.open(`${url}/verify`)
  await page.waitForText(READY)
  return page
}

describe.skipIf(!hasChromium)('the kept page', () => {
  it('opens where the network swallows what is sent', async () => {
    const network = await StoppableProxy.start(demo)
    const page = await keptPage(network.url)
    network.vanish()
    await page.open(`${network.url}/verify`)
    await page.waitForText(READY)
    await page.close()
    await network.stop()
  })

  it.each([502, 503, 504])('opens where a proxy answers with status %i', async (status) => {
    proxy.lies = {}
    const page = await keptPage(proxy.url)
    const paths = {
      '/verify': (_: string, response: ServerResponse) => void response.writeHead(status).end('Away'),
    }
    proxy.lies = { paths }
    await page.open(`${proxy.url}/verify`)
    await page.waitForText(READY)
    await page.close()
  })

  it('is not promised where the browser has it no more', async () => {
    proxy.lies = {}
    const page = await keptPage(proxy.url)
    await page.evaluate(
      `caches.keys().then((names) => Promise.all(names.map((name) => caches.delete(name))))`,
    )
    await page.open(`${proxy.url}/verify`)
    await page.waitForText('this is what the server shows')
    await page.evaluate(`navigator.serviceWorker.ready.then(() => caches.match('/verify'))`)
    expect(await page.evaluate(`document.body.innerText.includes(${JSON.stringify(READY)})`)).toBe(false)
    await page.close()
  })
})

describe.skipIf(!hasChromium)('a page is not kept', () => {
  it.each([
    [
      'is of another build',
      (honest: string, response: ServerResponse) =>
        void response.end(honest.replace('/main-', '/main-OTHER')),
    ],
    ['is none of ours', (_: string, response: ServerResponse) => void response.end('<p>Log in first.</p>')],
    [
      'is found elsewhere',
      (_: string, response: ServerResponse) => void response.writeHead(302, { location: '/assets' }).end(),
    ],
  ])('whose document %s', async (_, lie) => {
    proxy.lies = { paths: { '/verify': lie } }
    const page = await browser.page()
    await page.open(`${proxy.url}/assets`)
    expect(await page.evaluate(INSTALLED)).toBe('redundant')
    expect(await page.evaluate(`caches.match('/verify').then((kept) => kept === undefined)`)).toBe(true)
    proxy.lies = {}
    expect(await page.evaluate(INSTALLED)).toBe('activated')
    await page.close()
  })
})
