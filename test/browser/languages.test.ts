import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { de } from '../../src/explorer/texts/de.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'
import { unreadable } from '../support/browser/layout.ts'
import { keepAnswers, openWhole, type PageTexts, patternsOf, textsOf } from '../support/browser/page-texts.ts'
import { PAGES } from '../support/browser/pages.ts'

const demo = inject('demo')
/** One address of each page; a few of those that say that something is not there. */
const PATHS = PAGES.map(([path]) => path).filter((path) => !/\/(x|inp1zzzz|0{64}|999+)(\/|$)/.test(path))
const GERMAN = patternsOf(de)
/** Names of the program and of formats, and what is no word: numbers, hashes, addresses. */
const NO_WORD =
  /^(Inpigritas|CSV|NDJSON|EDDSA|RSA|MINT|RETIRED|[0-9a-f]{4,}|[0-9a-z]+…[0-9a-z]+|inp1\w+|https?:\S+|\P{L}*)$/u
/** What browsers write of times in German, with numbers between the words. */
const TIME_WORDS =
  /^([\d.,:()\s–]|vor|in|und|jetzt|gestern|Uhr|(Sekunde|Minute|Stunde|Tag|Monat|Jahr)(en?|n)?|Jän|Feb|März|Apr|Mai|Juni|Juli|Aug|Sep|Okt|Nov|Dez)*$/

/** Texts that are neither German nor data, which is the same in all languages: names, notes, units after their number. */
function notGerman({ texts, data }: PageTexts): string[] {
  const isIn = (text: string) => {
    const json = JSON.stringify(text.replace(/(…|,)$/, ''))
    return data.includes(text.endsWith('…') ? json.slice(0, -1) : json)
  }
  const isData = (text: string) =>
    isIn(text) || isIn(text.replace(/^[\d.,\u00a0]+ /, '')) || NO_WORD.test(text)
  const isKnown = (text: string) =>
    isData(text) || TIME_WORDS.test(text) || GERMAN.some((pattern) => pattern.test(text))
  return texts.filter((text) => {
    // Parts of a line have the signs around them, ": proves", "(own machine)", and a share behind them.
    const bare = text.replace(/ \([\d,]+\s%\)$/, '').replace(/^[:(\s]+|[)\s]+$/g, '')
    const parts = [text, bare].map((each) => each.split(' · '))
    return !parts.some((each) => each.every((part) => isKnown(part) || part.split(': ').every(isKnown)))
  })
}

describe.skipIf(!hasChromium)('the page in German', () => {
  let browser: Browser
  let page: BrowserPage
  beforeAll(async () => {
    browser = await Browser.open()
    page = await browser.page()
    await keepAnswers(page)
    await page.setViewport(1_280)
    await page.setLanguages('de-AT,de')
  })
  afterAll(() => browser?.close())

  it.each(PATHS)('%s has no other text, and is readable at twice the size', async (path) => {
    await openWhole(page, demo + path)
    expect(await page.evaluate('document.documentElement.lang')).toBe('de')
    expect(notGerman(await textsOf(page))).toEqual([])
    await page.setViewport(640)
    expect(await unreadable(page)).toEqual([])
    await page.setViewport(360)
    expect(await unreadable(page)).toEqual([])
    await page.setViewport(1_280)
    await page.setTextSize(32)
    expect(await page.evaluate('getComputedStyle(document.documentElement).fontSize')).toBe('32px')
    expect(await unreadable(page)).toEqual([])
    await page.setTextSize(16)
  })

  it('writes numbers and times as one does in Austria', async () => {
    await openWhole(page, `${demo}/asset/DEMO-LOT-A`)
    await page.waitForText('600\u00a0000')
    const [written, at] = await page.evaluate<[string, string]>(
      `(({ innerText, dateTime }) => [innerText, dateTime])(document.querySelector('.facts time'))`,
    )
    const format = new Intl.DateTimeFormat('de-AT', {
      ...{ dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' },
    } as const)
    expect(written).toMatch(/\((vor|jetzt)/)
    expect(written.split(' (')[0]).toBe(format.format(new Date(at)))
  })
})
