import type { BrowserPage } from './browser-page.ts'

/** Finds texts that cannot be read, labels in pictures of journeys too; it runs in the page. Where a thing scrolls by itself, texts may leave the window. */
const FIND = `(() => {
  const width = document.documentElement.clientWidth
  const ancestors = (element) => {
    const all = []
    for (let each = element; each !== null; each = each.parentElement) all.push(each)
    return all
  }
  const lines = []
  const faults = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const node = walker.currentNode
    const element = node.parentElement
    if (node.data.trim() === '' || element.closest('svg:not(.flow-drawing), script, option, .skip') || !element.checkVisibility()) continue
    const around = ancestors(element).map((each) => [each, getComputedStyle(each)])
    if (around.some(([, { clipPath }]) => clipPath !== 'none')) continue
    const scrolls = around.some(([, { overflowX }]) => overflowX === 'auto' || overflowX === 'scroll')
    const clips = around.filter(([, { overflow }]) => /hidden|clip/.test(overflow)).map(([each]) => each.getBoundingClientRect())
    const range = document.createRange()
    range.selectNodeContents(node)
    for (const { left, right, top, bottom } of range.getClientRects()) {
      if (right - left < 1) continue
      const what = node.data.trim().slice(0, 60)
      if (!scrolls && (right > width + 1 || left < -1)) faults.push('outside of the window: ' + what)
      for (const clip of clips)
        if (right > clip.right + 1 || left < clip.left - 1 || bottom > clip.bottom + 1 || top < clip.top - 1)
          faults.push('cut: ' + what)
      // A line is as high as its letters, and letters have space around them.
      const space = (bottom - top) / 5
      lines.push({ node, what, left, right, top: top + space, bottom: bottom - space })
    }
  }
  lines.sort((a, b) => a.top - b.top)
  for (const [i, a] of lines.entries())
    for (let j = i + 1; j < lines.length && lines[j].top < a.bottom; j++) {
      const b = lines[j]
      if (a.node !== b.node && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1)
        faults.push('over each other: ' + a.what + ' / ' + b.what)
    }
  for (const control of document.querySelectorAll('button, select, summary'))
    if (control.checkVisibility() && control.scrollWidth > control.clientWidth + 1)
      faults.push('cut: ' + control.innerText)
  const { scrollWidth } = document.documentElement
  if (scrollWidth > width) faults.push('the page is ' + scrollWidth + ' wide, and the window ' + width)
  return [...new Set(faults)]
})()`

/** Texts of a page that are cut, lie over each other, or are outside of the window; and whether the whole page must be scrolled sideways. */
export const unreadable = (page: BrowserPage): Promise<string[]> => page.evaluate(FIND)
