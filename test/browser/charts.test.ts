import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'

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
})
