import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MAX_STRANDS } from '../../src/standards/strands.ts'
import { svgPicture } from '../../src/standards/svg.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'
import { testFolder } from '../support/shared/test-folder.ts'
import { LOT, longJourney } from '../support/standards/long-journey.ts'

const folder = testFolder('pictures')
/** Names and codes whose letters are as wide as letters are. */
const WIDE = {
  asset: { ...LOT, code: 'WWWW-MMMM-'.repeat(6), name: '小麦'.repeat(20) },
  from: { address: `inp1${'w'.repeat(58)}`, name: 'W'.repeat(60) },
  to: { address: `inp1${'m'.repeat(58)}`, name: '小麦農場協同組合'.repeat(4) },
}

/** What of a picture cannot be read, at its own size. It runs in the picture. */
const UNREADABLE = `(() => {
  const svg = document.documentElement
  const { width, height } = svg.viewBox.baseVal
  const faults = svg.getScreenCTM().a === 1 ? [] : ['it is shrunk by ' + svg.getScreenCTM().a]
  const boxes = [...svg.querySelectorAll('g > rect')].map((rect) => rect.getBBox())
  const texts = [...svg.querySelectorAll('text')].map((text) => ({ what: text.textContent.slice(0, 60), box: text.getBBox(), text }))
  for (const { what, box, text } of texts) {
    if (box.x < 0 || box.y < 0 || box.x + box.width > width || box.y + box.height > height) faults.push('outside: ' + what)
    if (parseFloat(getComputedStyle(text).fontSize) < 11) faults.push('small: ' + what)
    for (const rect of boxes) {
      const meets = box.x < rect.x + rect.width && rect.x < box.x + box.width && box.y < rect.y + rect.height && rect.y < box.y + box.height
      const isInside = box.x >= rect.x && box.x + box.width <= rect.x + rect.width
      if (meets && !isInside) faults.push('over the edge of a box: ' + what)
    }
  }
  const lines = texts.map(({ what, box }) => ({ what, x: box.x, right: box.x + box.width, top: box.y + 2, bottom: box.y + box.height - 2 })).sort((a, b) => a.top - b.top)
  for (const [i, a] of lines.entries())
    for (let j = i + 1; j < lines.length && lines[j].top < a.bottom; j++)
      if (a.x < lines[j].right && lines[j].x < a.right) faults.push('over each other: ' + a.what + ' / ' + lines[j].what)
  return faults
})()`

describe.skipIf(!hasChromium)('a picture that ictl trace --svg draws', () => {
  let browser: Browser
  let page: BrowserPage
  beforeAll(async () => {
    browser = await Browser.open()
    page = await browser.page()
    await page.setViewport(1_280)
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it.each([
    ['1 hop', longJourney(1, 2)],
    ['500 hops among two parties', longJourney(500, 2)],
    ['500 hops among as many parties', longJourney(500, 501)],
    ['hops with the widest names', longJourney(3, 2, WIDE)],
  ])('of %s is readable, and says what it is to a screen reader too', async (name, journey) => {
    const path = join(folder, `${name}.svg`)
    writeFileSync(path, [...svgPicture(journey)].join(''))
    await page.open(`file://${encodeURI(path)}`)
    expect(await page.evaluate(UNREADABLE)).toEqual([])
    const said = await page.said()
    const title = said.find(({ role }) => role === 'graphics-document')?.name
    expect(title).toContain('Where units of')
    expect(title).toContain(`${journey.hops.length} hop`)
    expect(said).toContainEqual({ role: 'list', name: 'Hops' })
    expect(said.filter(({ role }) => role === 'listitem')).toHaveLength(journey.hops.length)
    const drawn = await page.evaluate<number>(`document.querySelectorAll('[marker-end]').length`)
    expect(drawn).toBeLessThanOrEqual(MAX_STRANDS)
    expect(page.complaints).toEqual([])
  })
})
