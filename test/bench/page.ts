import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'
import { freePort } from '../support/network/free-port.ts'
import { Network } from '../support/network/ictl-network.ts'
import { count, type Figure, median, milliseconds, printFigures } from './support/report.ts'

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)
/** How many times slower a page's processor is. */
const THROTTLES = [1, 4]
const GOAL_MS = 1_000

/** Notes when the search field takes what is typed: when it is there and the page's thread is free again. */
const WATCH = `new MutationObserver((_, observer) => {
  const field = document.querySelector('[role=combobox]')
  if (field === null || window.fieldMs !== undefined) return
  window.fieldMs = NaN
  observer.disconnect()
  requestAnimationFrame(() => setTimeout(() => { window.fieldMs = performance.now() }))
}).observe(document, { subtree: true, childList: true })`

/** How long a page takes, in milliseconds since it was asked for, and what it loads until it shows its records. */
interface Load {
  paint: number
  field: number
  records: number
  bytes: number
  requests: number
}

/** The first page of the demo, with an empty cache and then again, on this processor and on a slower one. */
export async function benchPage(): Promise<void> {
  if (!hasChromium) return console.log('There is no Chromium.')
  const folder = mkdtempSync(join(tmpdir(), 'inpigritas-bench-'))
  const network = new Network(folder, await freePort(), ['--prove', 'none'])
  await network.start()
  const browser = await Browser.open()
  try {
    const url = `http://127.0.0.1:${network.port}/`
    const loads = new Map<string, Load[]>()
    for (let round = 0; round < ROUNDS; round++)
      for (const rate of THROTTLES) {
        const page = await browser.page()
        await page.setViewport(1_280)
        await page.call('Emulation.setCPUThrottlingRate', { rate })
        await page.call('Page.addScriptToEvaluateOnNewDocument', { source: WATCH })
        for (const visit of ['first visit', 'again']) {
          const name = `${visit}${rate === 1 ? '' : `, processor ${rate} times slower`}`
          loads.set(name, [...(loads.get(name) ?? []), await load(page, url)])
        }
        await page.close()
      }
    printFigures(`Page: the demo's first page in Chromium, medians of ${ROUNDS}`, figuresOf(loads))
  } finally {
    await browser.close()
    await network.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function load(page: BrowserPage, url: string): Promise<Load> {
  page.loaded.length = 0
  await page.open(url)
  await page.waitFor(`document.querySelector('main tbody')`)
  await page.waitFor(`document.readyState === 'complete'`)
  const [paint, field, records] = await page.evaluate<[number, number, number]>(`(async () => {
    const records = performance.now()
    while (!(window.fieldMs > 0)) await new Promise((resolve) => setTimeout(resolve, 5))
    return [performance.getEntriesByName('first-contentful-paint')[0].startTime, window.fieldMs, records]
  })()`)
  const bytes = page.loaded.reduce((sum, each) => sum + each, 0)
  return { paint, field, records, bytes, requests: page.loaded.length }
}

function figuresOf(loads: ReadonlyMap<string, readonly Load[]>): Figure[] {
  return [...loads].flatMap(([name, all]) => {
    const of = (key: keyof Load) => median(all.map((each) => each[key]))
    return [
      { name: `${name}: first contentful paint`, value: milliseconds(of('paint')) },
      {
        name: `${name}: the search field takes input`,
        value: milliseconds(of('field')),
        goal: milliseconds(GOAL_MS),
      },
      { name: `${name}: the newest records are shown`, value: milliseconds(of('records')) },
      { name: `${name}: bytes; requests until then`, value: `${count(of('bytes'))}; ${of('requests')}` },
    ]
  })
}
