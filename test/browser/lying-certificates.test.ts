import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createClient } from '../../src/client/client.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'
import { LyingProxy, saying } from '../support/browser/lying-proxy.ts'
import { outcome, press, verdictsOf } from '../support/browser/verifying.ts'
import { until } from '../support/shared/until.ts'

const demo = inject('demo')
/** Certificates of another chain, and its genesis. */
const CORPUS = new URL('../vectors/certificates/', import.meta.url)
const ROAST = '/asset/DEMO-ROAST-1'
const VERIFIED = 'Verified: intact, complete, signed and final'
/** Parts of a certificate without which it is not what it says. */
const REFUSED = ['format', 'chainId', 'question', 'header', 'records', 'history', 'holdings', 'state']
/** A larger state may have the same proof. */
const MAY_SAY_NOTHING = ['stateSize']
/** Parts of which one verdict alone speaks, and what the page says then, and how it looks. */
const SHOWS_LESS = [
  ['finality', 'Not final: anyone could have made this file', 'refused', 'Final: no'],
  ['keys', 'Intact, but it does not show everything', 'partial', 'Signed: partly'],
  ['checkpoint', VERIFIED, 'verified', 'Witnessed: no'],
] as const

let browser: Browser
let proxy: LyingProxy
let page: BrowserPage
let honest: string
beforeAll(async () => {
  if (!hasChromium) return
  browser = await Browser.open()
  proxy = await LyingProxy.start(demo)
  page = await browser.page()
  await page.call('Emulation.setFocusEmulationEnabled', { enabled: true })
  // The first checkpoint comes with the first block.
  await until(async () => {
    honest = await certificateOf('DEMO-ROAST-1')
    return honest.includes('"checkpoint"')
  })
  await page.open(proxy.url + ROAST)
  await press(page, 'Verify here')
  await outcome(page, VERIFIED)
})
afterAll(async () => {
  await browser?.close()
  proxy?.stop()
})

const answering = (json: unknown) => saying(JSON.stringify({ data: { certificate: { json, height: '1' } } }))

/** Has a visitor check the page's units, and waits until it is said what came out. */
async function check(): Promise<void> {
  await page.open(proxy.url + ROAST)
  await press(page, 'Verify here')
  await page.waitFor(`document.querySelector('.check-outcome, .verification [role=alert]')`)
}

async function certificateOf(asset: string): Promise<string> {
  const query = `{ certificate(input: { start: { asset: "${asset}" } }) { json } }`
  const client = createClient({ url: `${demo}/graphql` })
  return (await client.query<{ certificate: { json: string } }>(query)).certificate.json
}

/** A certificate with another digit or letter in one of its parts. Ids and keys of the demo are random: each change has the same meaning for all of them. */
function altered(json: string, part: string): string {
  const text = JSON.stringify((JSON.parse(json) as Record<string, unknown>)[part])
  // An id that is no field element; in the header, the chain's id.
  const at = { question: text.indexOf('"asset":"') + 9, header: 10 }[part] ?? text.search(/[1-8]/)
  const other = `${text.slice(0, at)}${text[at] === '9' ? '8' : '9'}${text.slice(at + 1)}`
  return json.replace(`${JSON.stringify(part)}:${text}`, () => `${JSON.stringify(part)}:${other}`)
}

describe.skipIf(!hasChromium)('"Verify here" at an api that lies', () => {
  it.each(REFUSED)(
    'refuses a certificate of which a part was altered, and says of nothing that it is shown: %s',
    async (part) => {
      proxy.lies = { answers: { Certificate: answering(altered(honest, part)) } }
      await check()
      await outcome(page, 'Refused')
      const words = (await verdictsOf(page)).map(([title]) => title.split(': ')[1])
      expect(words.filter((word) => word !== 'no' && word !== 'not judged')).toEqual([])
      expect(await page.evaluate(`document.querySelector('.check-result .facts dd a')`)).toBeNull()
    },
  )

  it.each(SHOWS_LESS)(
    'says what a certificate does not show whose part was altered: %s',
    async (part, headline, look, verdict) => {
      proxy.lies = { answers: { Certificate: answering(altered(honest, part)) } }
      await check()
      await outcome(page, headline)
      expect(await page.evaluate(`document.querySelector('.check-outcome').className`)).toContain(
        `check-${look}`,
      )
      const isShown = await page.evaluate(`document.querySelector('.check-result .facts dd a') !== null`)
      expect(isShown).toBe(look !== 'refused')
      expect((await verdictsOf(page)).map(([title]) => title)).toContain(verdict)
    },
  )

  it('is tried with every part of a certificate', () => {
    const parts = [...REFUSED, ...MAY_SAY_NOTHING, ...SHOWS_LESS.map(([part]) => part)]
    expect(parts.sort()).toEqual(Object.keys(JSON.parse(honest) as object).sort())
  })

  it.each([
    ['of other units', () => certificateOf('DEMO-LOT-A'), 'NOT_ASKED_FOR'],
    [
      'of another chain',
      () => Promise.resolve(String(readFileSync(new URL('good-backward.json', CORPUS)))),
      'WRONG_CHAIN',
    ],
    ['that is empty', () => Promise.resolve(''), 'MALFORMED'],
    ['that is no text', () => Promise.resolve({ json: {} }), 'MALFORMED'],
    ['that is cut off', () => Promise.resolve(honest.slice(0, -100)), 'MALFORMED'],
  ])('refuses a certificate %s', async (_, json, code) => {
    proxy.lies = { answers: { Certificate: answering(await json()) } }
    await check()
    await outcome(page, 'e')
    await page.waitForText(code)
    expect(await page.evaluate(`document.querySelector('.check-verified')`)).toBeNull()
  })
})

describe.skipIf(!hasChromium)('"Verify here" at an api that has no certificate, or another chain', () => {
  it.each([
    ['no JSON', saying('oops'), 'The answer cannot be read.'],
    ['nothing', saying('{"data":{"certificate":null}}'), 'The server found nothing.'],
    [
      'an error',
      saying('{"errors":[{"message":"no","extensions":{"code":"TOO_MANY_REQUESTS"}}]}'),
      'The server has too many requests.',
    ],
    [
      'that it would be too long',
      saying(
        '{"errors":[{"message":"no","extensions":{"code":"QUERY_TOO_COSTLY","data":{"what":"certificate","maxRecords":1}}}]}',
      ),
      'A certificate of all of these units would be too large.',
    ],
  ])('says why there is none, and what to do: %s', async (_, answer, text) => {
    proxy.lies = { answers: { Certificate: answer } }
    await check()
    await page.waitForText(text)
    expect(
      await page.evaluate(`document.querySelector('.verification').innerText.includes('by itself')`),
    ).toBe(false)
    proxy.lies = {}
    await press(page, 'Try again')
    await outcome(page, VERIFIED)
  })

  it('keeps to the genesis of the first visit, and says that the server now shows another', async () => {
    const genesis = JSON.parse(String(readFileSync(new URL('genesis.json', CORPUS)))) as object
    proxy.lies = { answers: { ServedGenesis: saying(JSON.stringify({ data: { chain: { genesis } } })) } }
    await check()
    await page.waitForText('the server now shows another chain than the one that you keep')
    await outcome(page, VERIFIED)
  })
})
