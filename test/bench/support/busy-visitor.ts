import { writeFileSync } from 'node:fs'
import type { BrowserPage } from '../../support/browser/browser-page.ts'
import { count, type Figure, milliseconds } from './report.ts'

/** Nothing on the page waits for an answer. `textContent`, because `innerText` lays the page out. */
const SETTLED = `document.querySelector('h1') && !document.querySelector('.skeleton, [aria-busy=true]')`
/** Milliseconds that a page may do nothing else. */
const GOAL_MS = 1_000

interface TraceEvent {
  name: string
  tid: number
  /** Microseconds of processor time: on a busy machine, less than the time that passes. */
  tdur?: number
  args: { name?: string }
}

/** Somebody who looks at large pages, with what they wait for. */
export class BusyVisitor {
  readonly figures: Figure[] = []
  readonly #url: string
  readonly #page: BrowserPage
  #path = ''
  readonly #events: TraceEvent[] = []
  #complete = () => {}

  private constructor(url: string, page: BrowserPage) {
    this.#url = url
    this.#page = page
    page.on<{ value: TraceEvent[] }>('Tracing.dataCollected', ({ value }) => this.#events.push(...value))
    page.on('Tracing.tracingComplete', () => this.#complete())
  }

  static async at(url: string, page: BrowserPage): Promise<BusyVisitor> {
    await page.setViewport(1_280, 2_400)
    await page.call('Performance.enable')
    return new BusyVisitor(url, page)
  }

  async open(path: string): Promise<void> {
    this.#path = path
    await this.#measure(path, async () => {
      await this.#page.open(this.#url + path)
      await this.#page.waitFor(SETTLED)
      await this.#painted()
    })
    await this.#picture()
  }

  /** Presses "Load more of it" until there is nothing more to load. */
  async loadAll(): Promise<void> {
    await this.#measure('load all', async () => {
      while (await this.#press('^Load more of it$')) {
        await this.#page.waitFor(
          `document.querySelector('[aria-busy=true]') || !document.querySelector('.notice button')`,
        )
        await this.#page.waitFor(`!document.querySelector('[aria-busy=true]')`)
        await this.#painted()
      }
    })
    await this.#picture('loaded')
  }

  async showAllRows(): Promise<void> {
    await this.#measure('show all rows', async () => {
      while (await this.#press('^Show .* (of the .* rows|earlier holders?)$')) await this.#painted()
    })
  }

  /** Unfolds the picture as far as it goes. */
  async unfold(): Promise<void> {
    await this.#measure('unfold', async () => {
      while (await this.#press('folded strands?$')) await this.#painted()
    })
    await this.#picture('unfolded')
  }

  async follow(): Promise<void> {
    await this.#measure('follow a strand', async () => {
      await this.#page.evaluate(
        `document.querySelector('.flow-strand')?.dispatchEvent(new MouseEvent('click', { bubbles: true }))`,
      )
      await this.#painted()
    })
  }

  async slide(to: number): Promise<void> {
    await this.#measure(`slide to ${to}`, async () => {
      await this.#page.evaluate(`(() => {
        const slider = document.querySelector('input[type=range]')
        slider.value = '${to}'
        for (const type of ['input', 'change']) slider.dispatchEvent(new Event(type, { bubbles: true }))
      })()`)
      await this.#page.waitFor(
        `document.querySelector('.height-slider p').textContent.includes('As it was at block ${to}:')`,
      )
      await this.#painted()
    })
    await this.#picture('slid')
  }

  async verify(path: string): Promise<void> {
    await this.open(path)
    await this.#measure('verify here', async () => {
      await this.#press('^Verify here$')
      await this.#page.waitFor(`document.querySelector('.check-outcome, .verification [role=alert]')`)
    })
    await this.#picture('verified')
    console.log(await this.#page.evaluate(`document.querySelector('.verification').innerText`))
  }

  async export(code: string): Promise<void> {
    await this.#measure('export', async () => {
      const response = await fetch(`${this.#url}/export/transfers.csv?asset=${code}`)
      const rows = (await response.text()).trim().split('\n').length
      console.log(rows, 'rows')
    })
  }

  /** Presses the first button whose words match. @returns whether there was one */
  #press(words: string): Promise<boolean> {
    return this.#page.evaluate(`(() => {
      const button = [...document.querySelectorAll('button')].find(
        ({ textContent, disabled }) => !disabled && /${words}/.test(textContent))
      button?.click()
      return button !== undefined
    })()`)
  }

  #painted(): Promise<void> {
    return this.#page.evaluate(`new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))`)
  }

  /** Milliseconds of processor time of the longest task of a page's main thread meanwhile. */
  async #longestTask(act: () => Promise<void>): Promise<number> {
    this.#events.length = 0
    const traceConfig = { includedCategories: ['toplevel'] }
    await this.#page.call('Tracing.start', { transferMode: 'ReportEvents', traceConfig })
    await act()
    const complete = new Promise<void>((resolve) => {
      this.#complete = resolve
    })
    await this.#page.call('Tracing.end')
    await complete
    const main = new Set(
      this.#events.filter(({ args }) => args.name === 'CrRendererMain').map(({ tid }) => tid),
    )
    const tasks = this.#events.filter(({ name, tid }) => name.endsWith('RunTask') && main.has(tid))
    return tasks.reduce((most, { tdur = 0 }) => Math.max(most, tdur), 0) / 1_000
  }

  async #measure(name: string, act: () => Promise<void>): Promise<void> {
    const requests = this.#page.requests.length
    const began = performance.now()
    const longest = await this.#longestTask(act)
    const took = performance.now() - began
    await this.#page.call('HeapProfiler.collectGarbage')
    const { metrics } = await this.#page.call<{ metrics: { name: string; value: number }[] }>(
      'Performance.getMetrics',
    )
    const of = (wanted: string) => metrics.find((each) => each.name === wanted)?.value ?? 0
    const asked = this.#page.requests.slice(requests).filter((url) => url.endsWith('/graphql')).length
    const notice = await this.#page.evaluate<string>(
      `[...document.querySelectorAll('.notice')].map((n) => n.textContent.slice(0, 200)).join(' | ')`,
    )
    const value = `${milliseconds(took)}; longest task ${milliseconds(longest)}; ${asked} requests; ${count(of('JSHeapUsedSize') / 2 ** 20)} MiB, ${count(of('Nodes'))} nodes`
    const path = name === this.#path ? '' : `${this.#path}: `
    console.log(path + name, '|', value, '|', notice)
    this.figures.push({ name: path + name, value, goal: `no task over ${count(GOAL_MS)} ms` })
  }

  async #picture(what = ''): Promise<void> {
    const folder = process.env.PICTURES
    if (folder === undefined) return
    const { data } = await this.#page.call<{ data: string }>('Page.captureScreenshot', { format: 'png' })
    const name = (this.#path + what).replace(/\W+/g, '-').slice(0, 60)
    writeFileSync(`${folder}/${name}.png`, Buffer.from(data, 'base64'))
  }
}
