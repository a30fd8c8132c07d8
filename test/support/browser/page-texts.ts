import type { BrowserPage } from './browser-page.ts'

/** Keeps what the server answers, which is data in nobody's language. */
const KEEP_ANSWERS = `(() => {
  window.answers = []
  const real = fetch
  window.fetch = async (...given) => {
    const response = await real(...given)
    answers.push(await response.clone().text())
    return response
  }
})()`

const TEXTS = `(() => {
  const found = [document.title]
  const isMarked = (element) => element.closest('[lang]') !== document.documentElement
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode
    if (!isMarked(parentElement) && !parentElement.closest('script, noscript, svg')) found.push(data)
  }
  for (const name of ['aria-label', 'aria-valuetext', 'title', 'placeholder', 'alt', 'data-head'])
    for (const element of document.body.querySelectorAll('[' + name + ']'))
      if (!isMarked(element)) found.push(element.getAttribute(name))
  return [...new Set(found.map((text) => text.trim()))]
})()`

/** What a page says. */
export interface PageTexts {
  /** Texts as a visitor sees and hears them, but for labels in pictures, which say the same; those that are marked as of another language are left out. */
  texts: string[]
  /** What the page is made of: all answers of the server as JSON, the name of the chain, and the parts of the page's path. */
  data: string
}

/** Has the pages that are opened from now on keep what the server answers. */
export async function keepAnswers(page: BrowserPage): Promise<void> {
  await page.call('Page.addScriptToEvaluateOnNewDocument', { source: KEEP_ANSWERS })
}

/** Opens a page, and resolves once it shows all that it has, in whatever language. */
export async function openWhole(page: BrowserPage, url: string): Promise<void> {
  await page.open(url)
  await page.waitFor(`document.querySelector('h1') && !document.querySelector('.skeleton') &&
    document.querySelector('.connection-live') &&
    (!document.querySelector('.flow') || document.querySelector('.flow-drawing')) &&
    (location.pathname !== '/verify' || document.querySelector('main .notice'))`)
}

/** What the page says now. */
export async function textsOf(page: BrowserPage): Promise<PageTexts> {
  return {
    texts: await page.evaluate<string[]>(TEXTS),
    data: await page.evaluate<string>(
      `[...answers, JSON.stringify([document.querySelector('.brand-name').innerText, ...location.pathname.split('/')])].join()`,
    ),
  }
}

/** Texts of a table of words as patterns: what a text's function is given may be anything. */
export function patternsOf(table: object): RegExp[] {
  const texts = leavesOf(table).filter((text) => /\p{L}/u.test(text))
  return texts.map((text) => new RegExp(`^${text.trim().split(GIVEN).map(escaped).join('.+')}$`, 's'))
}

/** What stands for what a function is given. */
const GIVEN = '\u0001'
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

function leavesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'function')
    // Words may depend on whether a number is 0 or 1.
    return [GIVEN, 0, 1].map((given) => String(value(given, ...Array(3).fill(GIVEN))))
  return Object.values(value as object).flatMap(leavesOf)
}
