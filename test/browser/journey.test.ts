import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage, Said } from '../support/browser/browser-page.ts'
import { LyingProxy } from '../support/browser/lying-proxy.ts'

const demo = inject('demo')
const ROAST = '/asset/DEMO-ROAST-1'
/** Presses after which a walk by keyboard is lost. */
const MAX_PRESSES = 60

interface TracedHop {
  length: string
  transfer: { hash: string; asset: { code: string } }
}

/** The hops of a trace, as the API tells them. */
async function hopsOf(input: object): Promise<TracedHop[]> {
  const query = `query ($input: TraceInput!) { trace(input: $input) {
    hops { length transfer { hash asset { code } } } } }`
  const response = await fetch(`${demo}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { input } }),
  })
  const { data } = (await response.json()) as { data: { trace: { hops: TracedHop[] } } }
  return data.trace.hops
}

/** The units of each transfer, all hops together, as the table writes them. */
function unitsByTransfer(hops: readonly TracedHop[]): Record<string, string> {
  const sums = new Map<string, { units: bigint; code: string }>()
  for (const { length, transfer } of hops) {
    const units = (sums.get(transfer.hash)?.units ?? 0n) + BigInt(length)
    sums.set(transfer.hash, { units, code: transfer.asset.code })
  }
  return Object.fromEntries(
    [...sums].map(([hash, { units, code }]) => [hash, `${units.toLocaleString('en-US')} ${code}`]),
  )
}

/** The rows of the table beside the picture: the units of each transfer. */
const TABLE = `Object.fromEntries([...document.querySelectorAll('table')]
  .find((table) => table.caption.textContent.includes('oldest first')).querySelectorAll('tbody tr').values()
  .map((row) => [row.querySelector('a').title, row.querySelector('.number').textContent.trim()]))`

/** Presses a key until a screen reader says what is looked for. @returns what it says then */
async function pressUntil(page: BrowserPage, key: string, wanted: (said: Said) => boolean): Promise<Said> {
  for (let presses = 0; presses < MAX_PRESSES; presses++) {
    await page.press(key)
    const said = await page.focused()
    if (said !== undefined && wanted(said)) return said
  }
  throw new Error(`${key} does not lead there; the focus is at ${JSON.stringify(await page.focused())}`)
}

let browser: Browser
let page: BrowserPage
beforeAll(async () => {
  if (!hasChromium) return
  browser = await Browser.open()
  page = await browser.page()
  await page.setViewport(1_280)
})
afterAll(() => browser?.close())

describe.skipIf(!hasChromium)('a journey', () => {
  it('leads to the farms of the coffee by keyboard alone, and says so to a screen reader', async () => {
    await page.open(demo)
    await page.waitForText('Newest records')
    await page.press('/')
    await page.type('DEMO-ROAST-1')
    await page.waitFor(`document.querySelector('[role=option]')`)
    await page.press('Enter')
    await page.waitFor(`document.querySelector('.flow-drawing')`)
    expect(await page.focused()).toEqual({ role: 'heading', name: 'Ember House Blend, roast 1' })
    const entered = await pressUntil(page, 'Tab', ({ role }) => role === 'option')
    expect(entered.name).toMatch(/^DEMO-LOT-[AB], issued: \d+,000 g of DEMO-LOT-[AB] left$/)
    const [farm] = /DEMO-LOT-[AB]/.exec(entered.name)!
    await page.press('ArrowRight')
    expect((await page.focused())!.name).toMatch(
      / g of DEMO-LOT-[AB], from DEMO-LOT-[AB], issued to .* \(invented\) \(name not verified, inp1/,
    )
    await page.press('Enter')
    await page.waitForText('Following')
    expect(await page.said()).toContainEqual({
      role: 'StaticText',
      name: expect.stringMatching(
        new RegExp(`^Following .* of 10 strands\\..* g of ${farm} from ${farm}, issued\\.$`),
      ),
    })
    expect(
      await page.evaluate(`document.querySelectorAll('.flow-strand[data-followed="false"]').length`),
    ).toBeGreaterThan(0)
    await page.press('Escape')
    await page.waitFor(`!document.querySelector('[data-followed="true"]')`)
    await pressUntil(page, 'ArrowRight', ({ name }) => name.includes('DEMO-ROAST-1, made'))
    expect(page.complaints).toEqual([])
  })

  it.each([
    [ROAST, { start: { asset: 'DEMO-ROAST-1' }, direction: 'BACKWARD' }],
    [`${ROAST}?way=forward`, { start: { asset: 'DEMO-ROAST-1' }, direction: 'FORWARD' }],
    [
      '/asset/DEMO-CUPS-1/unit/7',
      { start: { asset: 'DEMO-CUPS-1' }, direction: 'BACKWARD', offset: '7', length: '1' },
    ],
    ['/asset/DEMO-ART-1', { start: { asset: 'DEMO-ART-1' }, direction: 'BACKWARD' }],
  ])('%s has in its table what the trace has, to the unit', async (path, input) => {
    await page.open(demo + path)
    await page.waitForText('The same as a table')
    expect(await page.evaluate(TABLE)).toEqual(unitsByTransfer(await hopsOf(input)))
  })
})

describe.skipIf(!hasChromium)('the page of an asset', () => {
  it('shows a thing that is one of its kind as a line of who had it', async () => {
    await page.open(`${demo}/asset/DEMO-ART-1`)
    await page.waitForText('The same as a table')
    const owners = await page.evaluate<string[]>(
      `[...document.querySelectorAll('.custody-line > li .custody-holder')].map((holder) => holder.innerText)`,
    )
    expect(owners.map((owner) => owner.split(' (')[0])).toEqual([
      'M. Brandt, painter',
      'North Gallery',
      'City Museum',
    ])
  })

  it('goes back in time by keyboard, and comes back', async () => {
    await page.open(`${demo}/asset/DEMO-BEAN?way=forward`)
    await page.waitFor(`document.querySelector('.height-buttons button:enabled')`)
    await pressUntil(page, 'Tab', ({ name }) => name === 'Previous change')
    await page.press('Enter')
    await page.waitFor(`document.querySelector('.height-slider').innerText.includes('As it was at block')`)
    const height = Number(await page.evaluate(`new URLSearchParams(location.search).get('at')`))
    await page.waitFor(`document.querySelector('.as-of a').pathname === '/block/${height}'`)
    const input = { start: { asset: 'DEMO-BEAN' }, direction: 'FORWARD', atHeight: String(height) }
    const hashes = (await hopsOf(input)).map(({ transfer }) => transfer.hash)
    expect(hashes).toEqual(expect.arrayContaining(Object.keys(await page.evaluate<object>(TABLE))))
    await pressUntil(page, 'Tab', ({ name }) => name === 'Now')
    await page.press('Enter')
    await page.waitFor(`document.querySelector('.height-slider').innerText.includes('As of now')`)
    expect(await page.evaluate('location.search')).toBe('?way=forward')
  })
})

describe.skipIf(!hasChromium)(
  'a page whose next answer does not come says of what it shows what it is',
  () => {
    const cut = { answers: { AssetNow: (_: string, response: ServerResponse) => void response.destroy() } }
    const FAILED = `document.querySelector('main [role=alert]')?.innerText.includes('The server cannot be reached')`
    let proxy: LyingProxy
    beforeAll(async () => {
      proxy = await LyingProxy.start(demo)
    })
    afterAll(() => proxy?.stop())

    it('when the other direction was asked for', async () => {
      const own = await browser.page()
      const heads = `[...document.querySelectorAll('main h3, main caption')].map((each) => each.textContent)
      .filter((text) => /Issued to|Where/.test(text))`
      await own.open(proxy.url + ROAST)
      await own.waitForText('The same as a table')
      const [backward, rows] = [await own.evaluate(heads), await own.evaluate(TABLE)]
      expect(backward).toContain('Issued to')
      proxy.lies = cut
      const other = `[...document.querySelectorAll('.choices a')].find(({ search }) => search === '?way=forward')`
      await own.evaluate(`${other}.click()`)
      await own.waitFor(`${other}.ariaCurrent === 'true' && ${FAILED}`)
      expect(await own.evaluate(heads)).toEqual(backward)
      expect(await own.evaluate(TABLE)).toEqual(rows)
      proxy.lies = {}
      await own.waitForText('Where the units are')
      expect(await own.evaluate(heads)).not.toContain('Issued to')
      await own.close()
    })

    it('when another height was asked for', async () => {
      const own = await browser.page()
      await own.open(`${proxy.url}/asset/DEMO-BEAN`)
      const block = `document.querySelector('.as-of a')`
      const height = await own.waitFor<string>(`${block}?.pathname.split('/')[2]`)
      const then = `As it was at block ${Number(height).toLocaleString('en-US')}:`
      await own.open(`${proxy.url}/asset/DEMO-BEAN?at=${height}`)
      await own.waitForText(then)
      proxy.lies = cut
      await own.evaluate(`document.querySelector('.height-buttons button:last-child').click()`)
      await own.waitFor(`location.search === '' && ${FAILED}`)
      expect(await own.evaluate(`document.querySelector('.height-slider').innerText`)).toContain(then)
      proxy.lies = {}
      await own.waitForText('As of now, block')
      await own.close()
    })
  },
)

describe.skipIf(!hasChromium)('a time that a note says', () => {
  it('is marked as such in the table too, and makes no time negative', async () => {
    const proxy = await LyingProxy.start(demo)
    const noted = (honest: string, response: ServerResponse) => {
      const answer = JSON.parse(honest) as { data: { trace: { hops: { transfer: { note: string } }[] } } }
      // The newest hop comes first: the notes are out of order.
      for (const [i, { transfer }] of answer.data.trace.hops.entries()) transfer.note = `${2000 + i}-01-01`
      response.end(JSON.stringify(answer))
    }
    proxy.lies = { answers: { AssetNow: noted } }
    const own = await browser.page()
    await own.open(`${proxy.url}/asset/DEMO-ART-1`)
    await own.waitForText('The same as a table')
    const times = await own.evaluate<string[]>(
      `[...document.querySelectorAll('td[data-head=When]')].map((cell) => cell.innerText)`,
    )
    expect(times).toHaveLength(3)
    expect(times.filter((time) => !/Jan 1, 200\d.*\(as its note says\)/s.test(time))).toEqual([])
    const held = await own.evaluate<string[]>(
      `[...document.querySelectorAll('.custody > p.muted')].map((line) => line.innerText.split(' · ').at(-2) ?? '')`,
    )
    expect(held).toEqual(['', '', expect.stringMatching(/^for \d+ years so far$/)])
    await own.close()
    proxy.stop()
  })
})
