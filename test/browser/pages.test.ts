import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { axeFindings } from '../support/browser/axe.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'
import { unreadable } from '../support/browser/layout.ts'
import { PAGES } from '../support/browser/pages.ts'

const demo = inject('demo')
/** How much of the layout may shift while a page loads, by the definition of Cumulative Layout Shift. */
const MAX_SHIFT = 0.02

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
      expect(await unreadable(page)).toEqual([])
      await page.setViewport(360, 800)
      expect(await unreadable(page)).toEqual([])
      await page.setViewport(1_280)
    },
  )
})
