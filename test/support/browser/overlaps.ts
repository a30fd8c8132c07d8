import type { BrowserPage } from './browser-page.ts'

/** Pixels by which texts may touch. */
const SLACK = 1

/** The elements of a page that lie over each other, by their texts, in pairs, and those that reach out of the page to a side. */
export function overlaps(page: BrowserPage, selector: string): Promise<string[]> {
  return page.evaluate(`(() => {
    const parts = [...document.querySelectorAll(${JSON.stringify(selector)})].map((part) => [part.textContent, part.getBoundingClientRect()])
    const isOver = (a, b) => a.left < b.right - ${SLACK} && b.left < a.right - ${SLACK} && a.top < b.bottom - ${SLACK} && b.top < a.bottom - ${SLACK}
    const over = parts.flatMap(([text, box], i) =>
      parts.slice(i + 1).filter(([, other]) => isOver(box, other)).map(([other]) => text + ' | ' + other))
    const out = parts.filter(([, { left, right }]) => left < 0 || right > document.documentElement.scrollWidth).map(([text]) => text)
    return [...over, ...out]
  })()`)
}
