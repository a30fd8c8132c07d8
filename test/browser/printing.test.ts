import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'

const demo = inject('demo')
/** Parts of pages that printing is about. */
const PARTS = ['.top', '.bottom', '.label-form', '.page-head', '.as-of', '.flow-drawing', '.label']

/** Those of the parts that are seen. */
const SEEN = `${JSON.stringify(PARTS)}.filter((part) =>
  [...document.querySelectorAll(part)].some((element) => element.checkVisibility()))`

describe.skipIf(!hasChromium)('on paper', () => {
  let browser: Browser
  let page: BrowserPage
  beforeAll(async () => {
    browser = await Browser.open()
    page = await browser.page()
  })
  afterAll(() => browser?.close())

  it.each([
    [
      'a page says what it is about, and as of which block',
      '/asset/DEMO-ROAST-1',
      '.flow-drawing',
      ['.top', '.bottom', '.page-head', '.as-of', '.flow-drawing'],
      ['.page-head', '.as-of', '.flow-drawing'],
    ],
    [
      'a label is alone',
      '/label/DEMO-ROAST-1',
      '.label .qr',
      ['.top', '.bottom', '.label-form', '.page-head', '.as-of', '.label'],
      ['.label'],
    ],
  ])('%s', async (_, path, shown, onScreen, onPaper) => {
    await page.call('Emulation.setEmulatedMedia', { media: '' })
    await page.open(demo + path)
    await page.waitFor(`document.querySelector('${shown}') && document.querySelector('.as-of')`)
    expect(await page.evaluate(SEEN)).toEqual(onScreen)
    await page.call('Emulation.setEmulatedMedia', { media: 'print' })
    expect(await page.evaluate(SEEN)).toEqual(onPaper)
  })
})
