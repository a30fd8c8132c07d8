import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import { LyingProxy, saying } from '../support/browser/lying-proxy.ts'

const demo = inject('demo')

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

/** An answer of which all or a part was refused. */
const refused = (code: string, data: object | null = null) =>
  saying(JSON.stringify({ data, errors: [{ message: 'No.', extensions: { code } }] }))
const cut = (_honest: string, response: ServerResponse) => void response.destroy()

describe.skipIf(!hasChromium)(
  'a page says why it lacks something, and not that the server does not answer',
  () => {
    it.each([
      ['is refused', refused('TOO_MANY_REQUESTS'), 'The server has too many requests.', 'TOO_MANY_REQUESTS'],
      ['cannot be read', saying('oops'), 'The answer cannot be read.', 'BAD_ANSWER'],
      ['has no genesis', saying('{"data":{"chain":null}}'), 'The answer cannot be read.', 'BAD_ANSWER'],
      [
        'has a genesis that is none',
        saying('{"data":{"chain":{"genesis":{}}}}'),
        'This genesis cannot be read.',
        'BAD_GENESIS',
      ],
      ['does not come', cut, 'The server cannot be reached.', 'UNREACHABLE'],
    ])('when the answer with the genesis %s', async (_, answer, title, code) => {
      const page = await browser.page()
      proxy.lies = { answers: { ServedGenesis: answer } }
      await page.open(`${proxy.url}/verify`)
      await page.waitForText('none is kept here. Choose a genesis file. The server shows none:')
      await page.waitForText(title)
      await page.waitForText(`Code: ${code}`)
      expect(await page.evaluate(`document.body.innerText.includes('not answer')`)).toBe(false)
      await page.close()
    })

    it.each([
      ['is refused', refused('TOO_MANY_REQUESTS'), 'The server has too many requests.'],
      ['has nothing of it', saying('{"data":{"search":{"length":1}}}'), 'The answer cannot be read.'],
      ['does not come', cut, 'The server cannot be reached.'],
    ])('when the answer to a search %s', async (_, answer, title) => {
      const page = await browser.page()
      proxy.lies = { answers: { Search: answer } }
      await page.open(proxy.url)
      await page.waitForText('Newest records')
      await page.press('/')
      await page.type('DEMO')
      await page.waitForText(`The search failed. ${title}`)
      await page.close()
    })

    it('when the server failed to ask its node, which may be well', async () => {
      const page = await browser.page()
      proxy.lies = { answers: { Pool: refused('INTERNAL', { pool: null }) } }
      await page.open(`${proxy.url}/pool`)
      await page.waitForText('The server made a mistake.')
      expect(await page.evaluate(`document.body.innerText.includes('not answer')`)).toBe(false)
      await page.close()
    })
  },
)
