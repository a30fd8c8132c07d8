import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'

const demo = inject('demo')
/** How far a channel of a pixel may be off at edges, a quarter of its range: where two lines meet, a browser covers a pixel by the one and the other, and not by both. */
const EDGE = 64
/** How far it may be off elsewhere: not at all. */
const FLAT = 0

/**
 * Draws both icons of the page at the size of the PNG. Of each pixel, it takes how far the PNG is off in its worst channel, and whether an edge passes:
 * whether the SVG has another color there or next to it.
 */
const COMPARE = `(async () => {
  const load = async (rel) => {
    const image = new Image()
    image.src = document.querySelector('link[rel="' + rel + '"]').href
    await image.decode()
    return image
  }
  const [png, svg] = [await load('apple-touch-icon'), await load('icon')]
  const side = png.naturalWidth
  const pixelsOf = (image) => {
    const canvas = new OffscreenCanvas(side, side).getContext('2d', { willReadFrequently: true })
    canvas.drawImage(image, 0, 0, side, side)
    return canvas.getImageData(0, 0, side, side).data
  }
  const [drawn, wanted] = [pixelsOf(png), pixelsOf(svg)]
  const off = (a, i, b, j) => Math.max(...[0, 1, 2, 3].map((channel) => Math.abs(a[4 * i + channel] - b[4 * j + channel])))
  const worst = { flat: 0, edge: 0 }
  const colors = new Set()
  for (let i = 0; i < side * side; i++) {
    const beside = [i % side > 0 ? i - 1 : i, i % side < side - 1 ? i + 1 : i, Math.max(i - side, i % side), i + side < side * side ? i + side : i]
    const kind = beside.some((j) => off(wanted, i, wanted, j) > 0) ? 'edge' : 'flat'
    worst[kind] = Math.max(worst[kind], off(drawn, i, wanted, i))
    if (kind === 'flat') colors.add([...wanted.slice(4 * i, 4 * i + 4)].join())
  }
  return { width: side, height: png.naturalHeight, colors: colors.size, ...worst }
})()`

interface Compared {
  width: number
  height: number
  /** Number of colors of the SVG, those of edges aside. */
  colors: number
  flat: number
  edge: number
}

describe.skipIf(!hasChromium)('the icon in pixels', () => {
  let browser: Browser
  let page: BrowserPage
  beforeAll(async () => {
    browser = await Browser.open()
    page = await browser.page()
  })
  afterAll(() => browser?.close())

  it('looks as a browser draws the SVG', async () => {
    await page.open(`${demo}/`)
    const { width, height, colors, flat, edge } = await page.evaluate<Compared>(COMPARE)
    expect([width, height]).toEqual([180, 180])
    expect(colors).toBe(3)
    expect(flat).toBeLessThanOrEqual(FLAT)
    expect(edge).toBeLessThanOrEqual(EDGE)
  })
})
