import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { axeFindings } from '../support/browser/axe.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'

const demo = inject('demo')
/** How much of the layout may shift while a page loads, by the definition of Cumulative Layout Shift. */
const MAX_SHIFT = 0.02

/** Paths of pages, with a text that each shows. */
const PAGES: readonly (readonly [string, string])[] = [
  ['/', 'Newest records'],
  ['/blocks', 'Final blocks, newest first'],
  ['/block/1', 'Proposer'],
  ['/assets', 'DEMO-ROAST-1'],
  ['/assets?prefix=DEMO-LOT', 'DEMO-LOT-A'],
  ['/asset/DEMO-BEAN/holders', 'Village Bank'],
  ['/asset/DEMO-ROAST-1', 'The same as a table'],
  ['/asset/DEMO-ROAST-1?way=forward', 'Where the units are'],
  ['/asset/DEMO-ART-1', 'City Museum'],
  ['/asset/DEMO-CUPS-1/unit/7', 'The same as a table'],
  ['/account/MINT', 'DEMO-BEAN'],
  ['/pool', 'Signed actions'],
  ['/batches', 'Not requested'],
  ['/batch/2', 'Signatures that the proof checks'],
  ['/network', 'validator-0'],
  ['/proving', 'Full batches without a proof'],
  ['/verify', 'this is what the server shows'],
  ['/label/DEMO-ROAST-1', 'Scan to see where it came from'],
  ['/label/DEMO-ROAST-1/unit/999999', 'numbered from 0'],
  ['/label/NONE', 'There is no such asset'],
  ['/block/999999999', 'There is no such block'],
  ['/block/x', 'This is not a height'],
  ['/account/inp1zzzz', 'This is not an address'],
  ['/asset/NONE/holders', 'There is no such asset'],
  ['/asset/NONE', 'There is no such asset'],
  ['/asset/DEMO-CUPS-1/unit/x', 'There is no such unit'],
  ['/asset/DEMO-CUPS-1/unit/1000', 'not issued yet'],
  ['/holding/inp1zzzz/DEMO-BEAN', 'This is not an address'],
  ['/transfer/x', 'There is no such transfer'],
  [`/transfer/${'0'.repeat(64)}`, 'There is no such transfer'],
  ['/batch/99999999', 'There is no such batch'],
]

/** Adds up the shifts of the layout that no input caused, from the beginning of each document. */
const WATCH_SHIFTS = `window.shift = 0
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value
  }).observe({ type: 'layout-shift', buffered: true })`

describe.skipIf(!hasChromium)('a page', () => {
  let browser: Browser
  let page: BrowserPage
  beforeAll(async () => {
    browser = await Browser.open()
    page = await browser.page()
    await page.call('Page.addScriptToEvaluateOnNewDocument', { source: WATCH_SHIFTS })
    await page.setViewport(1_280)
  })
  afterAll(() => browser?.close())

  it.each(PAGES)(
    '%s is accessible in light and dark, quiet, and loads nothing from elsewhere',
    async (path, text) => {
      page.complaints.length = 0
      page.requests.length = 0
      await page.prefer({ dark: false, reducedMotion: true })
      await page.open(demo + path)
      await page.waitForText(text)
      expect(await axeFindings(page)).toEqual([])
      await page.prefer({ dark: true, reducedMotion: true })
      expect(await axeFindings(page)).toEqual([])
      expect(await page.evaluate<number>('window.shift')).toBeLessThan(MAX_SHIFT)
      expect(page.complaints).toEqual([])
      const foreign = page.requests.filter((url) => !url.startsWith(demo) && !url.startsWith('data:'))
      expect(foreign).toEqual([])
      await page.setViewport(360, 800)
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
      await page.setViewport(1_280)
    },
  )
})
