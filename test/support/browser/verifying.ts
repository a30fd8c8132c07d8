import { expect } from 'vitest'
import type { BrowserPage } from './browser-page.ts'

/** Resolves once a check has come out with a text in its first line, which has the focus then. */
export async function outcome(page: BrowserPage, text: string): Promise<void> {
  await page.waitFor(
    `document.activeElement.tagName === 'H2' && document.activeElement.innerText.includes(${JSON.stringify(text)})`,
  )
  expect(await page.focused()).toMatchObject({ role: 'heading', name: expect.stringContaining(text) })
}

/** Has a visitor press the button with these words. */
export async function press(page: BrowserPage, words: string): Promise<void> {
  const button = `[...document.querySelectorAll('button')].find(({ innerText }) => innerText === ${JSON.stringify(words)})`
  await page.waitFor(button)
  await page.evaluate(`${button}.click()`)
}

/** Has a visitor choose files on the page. */
export async function choose(page: BrowserPage, ...files: string[]): Promise<void> {
  const { result } = await page.call<{ result: { objectId: string } }>('Runtime.evaluate', {
    expression: `document.querySelector('#verify-file')`,
  })
  await page.call('DOM.setFileInputFiles', { objectId: result.objectId, files })
}

/** Has a visitor drop files, or folders, onto an element. */
export async function drop(page: BrowserPage, onto: string, ...files: string[]): Promise<void> {
  const { x, y } = await page.evaluate<{ x: number; y: number }>(`(() => {
    const { x, y, width, height } = document.querySelector('${onto}').getBoundingClientRect()
    return { x: x + width / 2, y: y + height / 2 }
  })()`)
  const data = { items: [], files, dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'])
    await page.call('Input.dispatchDragEvent', { type, x, y, data })
}

/** The verdicts as they are shown: of each its title with the word, and what it says. */
export const verdictsOf = (page: BrowserPage): Promise<[title: string, says: string][]> =>
  page.evaluate(`[...document.querySelectorAll('.verdict')].map((verdict) =>
    [verdict.querySelector('h3').innerText, verdict.querySelector('p')?.innerText])`)
