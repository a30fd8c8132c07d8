import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'

const demo = inject('demo')
/** Characters of a word that every column has room for. */
const SHORT = 14

/** Words of tables, short ones, that are in more than one line: codes, amounts, parts of hashes. */
const BROKEN = `(() => {
  const broken = []
  for (const cell of document.querySelectorAll('td')) {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT)
    while (cell.checkVisibility() && walker.nextNode()) {
      const { currentNode: node } = walker
      for (const { 0: word, index } of node.data.matchAll(/\\S+/g)) {
        const range = document.createRange()
        range.setStart(node, index)
        range.setEnd(node, index + word.length)
        const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)))
        if (lines.size > 1 && word.length <= ${SHORT}) broken.push(word)
      }
    }
  }
  return broken
})()`

/** Places at which the whole numbers of amounts end, by table and column; amounts that are in one column end at one. */
const POINTS = `(() => {
  const columns = {}
  for (const [i, table] of [...document.querySelectorAll('table')].entries())
    for (const cell of table.querySelectorAll('td.number')) {
      const amount = cell.querySelector('.amount > :last-child')
      if (amount === null || !amount.checkVisibility()) continue
      const range = document.createRange()
      range.setStart(amount.firstChild, 0)
      range.setEnd(amount.firstChild, /^[\\d,<]+/.exec(amount.textContent)[0].length)
      const column = columns[i + ' ' + cell.dataset.head] ??= new Set()
      column.add(Math.round(range.getBoundingClientRect().right))
    }
  return Object.values(columns).map((column) => column.size)
})()`

/** Relative times without the absolute one beside them. */
const ONLY_RELATIVE = `(() => {
  const found = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode
    if (!/\\bago$|^(now|yesterday)$/.test(data.trim())) continue
    const around = parentElement.closest('time')
    if (!/\\b20\\d\\d\\b.*\\d:\\d\\d/.test(around?.innerText ?? '')) found.push(data)
  }
  return found
})()`

const PAGES = [
  ['/', 'Newest records'],
  ['/assets', 'DEMO-ROAST-1'],
  ['/asset/DEMO-ROAST-1', 'The same as a table'],
  ['/asset/DEMO-ROAST-1?way=forward', 'The same as a table'],
  ['/asset/DEMO-BEAN/holders', 'Village Bank'],
  ['/account/MINT', 'DEMO-BEAN'],
  ['/block/1', 'Proposer'],
  ['/blocks', 'Final blocks, newest first'],
  ['/batches', 'Not requested'],
  ['/network', 'validator-0'],
  ['/proving', 'looks for work'],
] as const

describe.skipIf(!hasChromium)('tables', () => {
  let browser: Browser
  let page: BrowserPage
  beforeAll(async () => {
    browser = await Browser.open()
    page = await browser.page()
  })
  afterAll(() => browser?.close())

  it.each(PAGES)(
    'of %s break no code and no amount, align amounts, and say when exactly',
    async (path, text) => {
      for (const width of [360, 768, 1_440]) {
        await page.setViewport(width)
        await page.open(demo + path)
        await page.waitForText(text)
        expect([width, await page.evaluate(BROKEN)]).toEqual([width, []])
        expect([width, await page.evaluate(ONLY_RELATIVE)]).toEqual([width, []])
        if (width === 360) continue
        const points = await page.evaluate<number[]>(POINTS)
        expect([width, ...points]).toEqual([width, ...points.map(() => 1)])
      }
    },
  )

  it('have amounts', async () => {
    await page.open(`${demo}/asset/DEMO-BEAN/holders`)
    await page.waitForText('Village Bank')
    expect((await page.evaluate<number[]>(POINTS)).length).toBe(2)
  })
})
