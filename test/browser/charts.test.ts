import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { RunningApi } from '../../src/api/start.ts'
import { serveApi } from '../support/api/served-api.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'
import { busyGenesis, LONGEST, playBusy } from '../support/browser/busy-chain.ts'
import { chainDatabase } from '../support/storage/postgres.ts'
import { StoredChain } from '../support/storage/stored-chain.ts'

const demo = inject('demo')
/** Pixels that the labels under the bars take. */
const LABELS = 28

/** Columns of pixels below the bars that have ink, from 0 at the left edge to 1 at the right one; empty while there is no chart. */
const INKED = `(() => {
  const canvas = document.querySelector('.chart-frame canvas')
  if (canvas === null || canvas.width === 0) return []
  const { width, height } = canvas
  const { data } = canvas.getContext('2d').getImageData(0, height - ${LABELS}, width, ${LABELS})
  const columns = new Set()
  for (let i = 3; i < data.length; i += 4) if (data[i] > 0) columns.add(((i - 3) / 4) % width)
  return [...columns].map((column) => column / (width - 1))
})()`

/** Moves of an asset whose units end with half as many holders, more than there is room for. */
const MOVES = 24

/** Faults of the labels in the picture of a journey: those that lie over each other, end outside, or whose node does not say all of them. */
const LABEL_FAULTS = `(() => {
  const picture = document.querySelector('.flow-drawing').getBoundingClientRect()
  const labels = [...document.querySelectorAll('.flow-label')]
  const nodes = [...document.querySelectorAll('.flow-node')]
  const boxes = labels.map((label) => label.getBoundingClientRect())
  const faults = labels.length === nodes.length && labels.length > 0 ? [] : ['not every node has a label']
  for (const [i, { left, right, top, bottom }] of boxes.entries()) {
    const { textContent: what } = labels[i]
    if (left < picture.left || right > picture.right || top < picture.top || bottom > picture.bottom)
      faults.push('outside: ' + what)
    for (const [j, other] of boxes.slice(0, i).entries())
      if (left < other.right && other.left < right && top < other.bottom && other.top < bottom)
        faults.push(labels[j].textContent + ' / ' + what)
    const all = nodes[i].querySelector('title').textContent
    for (const line of labels[i].querySelectorAll('tspan:not(.flow-mark, .flow-detail)'))
      if (!all.includes(line.textContent.replace(/…$/, ''))) faults.push(line.textContent + ' is not in ' + all)
    if (nodes[i].getAttribute('aria-label') !== all) faults.push('named otherwise: ' + all)
  }
  return faults
})()`
const STRANDS = `document.querySelectorAll('.flow-strand').length`
/** Pixels that a picture is wider than what it is seen in. */
const HIDDEN = `(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.flow-board'))`

describe.skipIf(!hasChromium)('a chart', () => {
  let browser: Browser
  let page: BrowserPage
  beforeAll(async () => {
    browser = await Browser.open()
    page = await browser.page()
    await page.prefer({ dark: false, reducedMotion: true })
  })
  afterAll(() => browser?.close())

  it.each(
    ['/', '/asset/DEMO-BEAN/holders', '/network'].flatMap((path) =>
      [360, 768, 1_280].map((width) => ({ path, width })),
    ),
  )('of $path has labels under its bars at $width pixels, none of them cut', async ({ path, width }) => {
    await page.setViewport(width)
    await page.open(demo + path)
    await expect.poll(() => page.evaluate<number[]>(INKED)).not.toEqual([])
    const inked = await page.evaluate<number[]>(INKED)
    expect(Math.max(...inked)).toBeGreaterThan(0.5)
    expect(Math.max(...inked)).toBeLessThan(1)
  })

  /** What stands in the first column of the table below a chart, for a visitor of a time zone. */
  const names = async (path: string, timezoneId: string) => {
    await page.call('Emulation.setTimezoneOverride', { timezoneId })
    await page.open(demo + path)
    const rows = `[...document.querySelectorAll('.chart tbody tr')].map(({ cells }) => cells[0].textContent)`
    return page.waitFor<string[]>(`((names) => names.length > 0 && names)(${rows})`)
  }

  it.each(['America/New_York', 'Asia/Kolkata'])(
    'has days of UTC, as the server counts them, for visitors in %s',
    async (zone) => {
      const style = { year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC' } as const
      const today = () => new Intl.DateTimeFormat('en-US', style).format()
      const before = today()
      const days = await names('/asset/DEMO-BEAN/holders', zone)
      expect([before, today()]).toContain(days.at(-1))
    },
  )

  it('has hours that begin at half past where those of UTC do', async () => {
    const hours = await names('/', 'Asia/Kolkata')
    expect(hours.filter((hour) => !/\b\d{1,2}:30\s[AP]M$/.test(hour))).toEqual([])
  })
})

describe.skipIf(!hasChromium)('the picture of a journey', () => {
  let browser: Browser
  let page: BrowserPage
  let api: RunningApi
  beforeAll(async () => {
    const genesis = busyGenesis(MOVES)
    const { database } = await chainDatabase(genesis)
    await playBusy(new StoredChain(database, genesis), MOVES, 2)
    api = await serveApi(database, genesis, { nameOf: () => LONGEST.name })
    browser = await Browser.open()
    page = await browser.page()
  })
  afterAll(async () => {
    await browser?.close()
    await api?.stop()
  })

  const WIDTHS = [360, 620, 768, 1_280]
  const open = async (url: string) => {
    await page.open(url)
    await page.waitFor(`document.querySelector('.flow-label')`)
  }

  it.each(WIDTHS)('has labels that can be read at %i pixels, and all of it in sight', async (width) => {
    await page.setViewport(width)
    for (const way of ['backward', 'forward'])
      for (const code of ['DEMO-ROAST-1', 'DEMO-BEAN', 'DEMO-LOT-A']) {
        await open(`${demo}/asset/${code}?way=${way}`)
        const seen = [code, way, await page.evaluate(LABEL_FAULTS), await page.evaluate(HIDDEN)]
        expect(seen).toEqual([code, way, [], 0])
      }
  })

  it.each(WIDTHS)(
    'has such labels at %i pixels where more nodes are in a row than have room, and is wider only once it is unfolded',
    async (width) => {
      await page.setViewport(width)
      await open(`${api.url}/asset/BUSY?way=forward`)
      expect([await page.evaluate(LABEL_FAULTS), await page.evaluate(HIDDEN)]).toEqual([[], 0])
      const strands = await page.evaluate<number>(STRANDS)
      if (!(await page.evaluate(`document.body.innerText.includes('Show more of the')`))) return
      await page.evaluate(
        `[...document.querySelectorAll('button')].find((each) => each.innerText.includes('Show more of the')).click()`,
      )
      await page.waitFor(`${STRANDS} > ${strands}`)
      expect(await page.evaluate(LABEL_FAULTS)).toEqual([])
      const says = await page.evaluate(`document.body.innerText.includes('scroll it sideways')`)
      expect(says).toBe((await page.evaluate<number>(HIDDEN)) > 0)
    },
  )
})
