import axe from 'axe-core'
import type { BrowserPage } from './browser-page.ts'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe-core finds wrong with a page as it is now: one line per rule and element. */
export async function axeFindings(page: BrowserPage): Promise<string[]> {
  const options = JSON.stringify({ runOnly: TAGS, resultTypes: ['violations'] })
  return page.evaluate<string[]>(`${axe.source};
    axe.run(document, ${options}).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => id + ' ' + target.join(' ') + ': ' + failureSummary)))`)
}
