import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { WebSocket } from 'ws'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'
import { LyingProxy, saying } from '../support/browser/lying-proxy.ts'
import { PageClock } from '../support/browser/page-clock.ts'
import { PAGES } from '../support/browser/pages.ts'
import { press } from '../support/browser/verifying.ts'

const demo = inject('demo')
const ROAST = '/asset/DEMO-ROAST-1'
/** Bytes of which an endless answer is made at a time. */
const PIECE = ' '.repeat(64 * 1024)

/** What a page must have whatever it was answered: a heading, nothing that waits, and a way on. */
const SAYS = `document.querySelector('h1') && !document.querySelector('.skeleton') && document.querySelector('main button')`

/** Answers without an end, as fast as they are taken. */
function endless(_honest: string, response: ServerResponse): void {
  response.write('{"data":')
  const more = () => {
    while (!response.destroyed && response.write(PIECE));
    response.once('drain', more)
  }
  more()
}

const refusal = (retryAfterMs: unknown) =>
  JSON.stringify({
    errors: [{ message: 'Too many.', extensions: { code: 'TOO_MANY_REQUESTS', data: { retryAfterMs } } }],
  })

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

describe.skipIf(!hasChromium)('a page whose api answers nonsense', () => {
  let page: BrowserPage
  beforeAll(async () => {
    page = await browser.page()
  })

  it.each([
    ['no JSON', saying('oops')],
    [
      'half of the answer',
      (honest: string, response: ServerResponse) => void response.end(honest.slice(0, -20)),
    ],
    ['a page of a proxy', saying('<html><body>502 Bad Gateway</body></html>')],
    ['null', saying('null')],
    ['a list', saying('[]')],
    ['data that is none', saying('{"data":5}')],
    ['errors that are none', saying('{"errors":{"length":3}}')],
    ['an error that is none', saying('{"errors":[null,7]}')],
    [
      'an error with a code that is none',
      saying('{"errors":[{"message":{},"extensions":{"code":{},"data":7}}]}'),
    ],
    [
      'a height that is none',
      (honest: string, response: ServerResponse) =>
        void response.end(honest.replace(/"height":"\d+"(?=[^{]*\}\s*\}$)/, '"height":"high"')),
    ],
    ['an answer without an end', endless],
  ])('says that it cannot be read, and what to do: %s', async (_, answer) => {
    proxy.lies = { answer }
    await page.open(proxy.url + ROAST)
    await page.waitForText('The answer cannot be read.')
    await page.waitForText('The page tries again by itself.')
    expect(await page.said()).toContainEqual({ role: 'button', name: 'Try again' })
    proxy.lies = {}
    await press(page, 'Try again')
    await page.waitForText('The same as a table')
  })

  it.each(PAGES.filter(([path]) => !path.endsWith('/x') && !path.includes('zzzz')))(
    'says so wherever data is missing: %s',
    async (path) => {
      proxy.lies = { answer: saying('{"data":{}}') }
      await page.open(proxy.url + path)
      await page.waitFor(SAYS)
      expect(await page.evaluate('document.title')).not.toBe('Inpigritas')
    },
  )
})

describe.skipIf(!hasChromium)('a page whose api makes it wait', () => {
  it('gives up an answer that does not come', async () => {
    const page = await browser.page()
    const clock = await PageClock.take(page)
    proxy.lies = { answer: () => {} }
    await page.open(proxy.url + ROAST)
    await page.waitForText('Live')
    await clock.advance(25_000)
    await page.waitForText('The server took too long.')
  })

  it.each([
    ['soon', 12],
    [Number.MAX_VALUE, 0],
    [-5, 12],
    [null, 12],
  ])('asks no faster than every five seconds, whatever it is told: %s', async (retryAfterMs, most) => {
    const page = await browser.page()
    const clock = await PageClock.take(page)
    proxy.lies = { answer: saying(refusal(retryAfterMs)) }
    await page.open(`${proxy.url}/blocks`)
    await page.waitForText('Live')
    await page.waitForText('too many requests')
    const asked = () => page.requests.filter((url) => url.endsWith('/graphql')).length
    const before = asked()
    await clock.advance(60_000)
    expect(asked() - before).toBeLessThanOrEqual(most)
  })
})

describe.skipIf(!hasChromium)('a page whose socket says nonsense', () => {
  const acknowledged = (then: (socket: WebSocket, id: string) => void) => (socket: WebSocket) => {
    socket.on('message', (data) => {
      const { type, id } = JSON.parse(String(data)) as { type: string; id: string }
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}')
      if (type === 'subscribe') then(socket, id)
      if (type === 'ping') socket.send('{"type":"pong"}')
    })
  }
  const next = (chain: unknown) =>
    acknowledged((socket, id) =>
      socket.send(JSON.stringify({ type: 'next', id, payload: { data: { chain } } })),
    )

  it.each([
    ['no JSON', (socket: WebSocket) => socket.send('oops')],
    [
      'an answer before the question',
      (socket: WebSocket) => socket.send('{"type":"next","id":"1","payload":{}}'),
    ],
    ['a long text', (socket: WebSocket) => socket.send('x'.repeat(4_000_000))],
    ['bytes', (socket: WebSocket) => socket.send(Buffer.alloc(1_000, 255))],
    ['no chain', next(undefined)],
    ['a chain that is none', next({ name: 5, chainId: {}, finalizedHeight: 'high' })],
    [
      'an error',
      acknowledged((socket, id) =>
        socket.send(JSON.stringify({ type: 'error', id, payload: [{ message: 'no' }] })),
      ),
    ],
    ['the end', acknowledged((socket, id) => socket.send(JSON.stringify({ type: 'complete', id })))],
  ])('says that it is not connected, and shows what it was answered: %s', async (_, socket) => {
    const page = await browser.page()
    proxy.lies = { socket }
    await page.open(proxy.url + ROAST)
    await page.waitForText('Connection lost')
    await page.waitForText('The same as a table')
    await page.close()
  })

  it('is not connected before it was told of the chain', async () => {
    const page = await browser.page()
    const clock = await PageClock.take(page)
    const ready = new Promise<void>((resolve) => {
      proxy.lies = { socket: acknowledged(() => resolve()) }
    })
    await page.open(proxy.url + ROAST)
    await page.waitForText('The same as a table')
    await ready
    await clock.advance(10_000, { waits: false })
    await page.waitForText('Connection lost')
  })
})
