import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { codeOf } from '../../src/cli/csv-import/codes.ts'
import { Browser } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'
import { unreadable } from '../support/browser/layout.ts'
import { freePort } from '../support/network/free-port.ts'
import { ictl, Network } from '../support/network/ictl-network.ts'
import { MOONCATS, plainCsv } from '../support/shared/mooncats.ts'
import { describeShared, sharedPath } from '../support/shared/shared-folder.ts'
import { testFolder } from '../support/shared/test-folder.ts'

const MINUTES = 60_000
/** Pieces that the units of the holding come from. */
const MANY_ORIGINS = 300

interface Hop {
  length: string
  transfer: { hash: string }
}

let folder: string
let network: Network
let browser: Browser
let page: BrowserPage

/** Imports a file, and says which address each of its parties has. */
async function importFile(name: string, file: string, args: string[]): Promise<Map<string, string>> {
  const parties = join(folder, `${name}.parties.csv`)
  const where = ['--data', network.data, '--url', network.url]
  const { status, stderr } = await ictl(['import', file, ...args, ...where, '--parties', parties])
  expect(status, stderr).toBe(0)
  return new Map(plainCsv(parties).map((party) => [party.name!, party.address!]))
}

/** All hops of a holding's trace, and the number of pieces that they begin with. */
async function traceOf(address: string): Promise<{ hops: Hop[]; origins: number }> {
  const document = `query ($input: TraceInput!) { trace(input: $input) {
    hops { length transfer { hash } } origins { length } endCursor } }`
  const found = { hops: [] as Hop[], origins: 0 }
  type Page = { trace: { hops: Hop[]; origins: unknown[]; endCursor: string | null } }
  for (let after: string | null = null; ; ) {
    const input: object = { start: { holding: { address, asset: 'erc20' } }, first: 1_000, after }
    const { trace }: Page = await network.client.query<Page>(document, { input })
    found.hops.push(...trace.hops)
    found.origins += trace.origins.length
    if (trace.endCursor === null) return found
    after = trace.endCursor
  }
}

/** Presses a button again and again, as long as it is there. */
const pressWhileThere = (words: string) =>
  page.evaluate(`new Promise((resolve) => {
    const look = () => {
      if (document.querySelector('[aria-busy=true]')) return
      const button = [...document.querySelectorAll('button')].find((each) => /${words}/.test(each.innerText))
      if (button) return button.click()
      observer.disconnect()
      resolve()
    }
    const observer = new MutationObserver(look)
    observer.observe(document, { subtree: true, childList: true, attributes: true })
    look()
  })`)

/** The rows of the table beside the picture: the units of each transfer, exactly. */
const TABLE = `Object.fromEntries([...document.querySelectorAll('table')]
  .find((table) => table.caption.textContent.includes('oldest first')).querySelectorAll('tbody tr').values()
  .map((row) => [row.querySelector('a').title, row.querySelector('.number span').title.split(' · ').at(-1)]))`

/** The thing that moved most often, and a file of its moves alone. */
function busiestThing(): { thing: string; file: string } {
  const [header, ...rows] = readFileSync(sharedPath('data', 'mooncats', 'transfers.csv'), 'utf8')
    .trim()
    .split('\n')
  const things = new Map<string, string[]>()
  for (const row of rows) {
    const thing = row.split(',')[2]!
    things.set(thing, [...(things.get(thing) ?? []), row])
  }
  const [thing, moves] = [...things].sort(([, a], [, b]) => b.length - a.length)[0]!
  const file = join(folder, 'mooncats.csv')
  writeFileSync(file, [header, ...moves].join('\n'))
  return { thing, file }
}

// Part of `npm run test:histories` alone, which plays them whole.
describeShared('pages of histories made by others', () => {
  beforeAll(async () => {
    folder = testFolder('history-pages')
    network = new Network(join(folder, 'data'), await freePort(), [
      '--no-demo',
      '--prove',
      'none',
      '--era',
      '500',
    ])
    await network.start()
    browser = await Browser.open()
    page = await browser.page()
  }, 2 * MINUTES)
  afterAll(async () => {
    await browser.close()
    await network.stop()
    rmSync(folder, { recursive: true, force: true })
  }, MINUTES)

  it(
    `show a holding that comes from over ${MANY_ORIGINS} pieces to the unit, and as a picture that can be read`,
    async () => {
      const columns = ['--asset-code', 'erc20', '--from', 'from', '--to', 'to', '--amount', 'amount_raw']
      const file = sharedPath('data', 'erc20', 'transfers.csv')
      const addresses = await importFile('erc20', file, [...columns, '--decimals', '18'])
      let found: { address: string; hops: Hop[]; origins: number } | undefined
      for (const address of new Set(addresses.values())) {
        const trace = await traceOf(address)
        if (trace.origins > (found?.origins ?? MANY_ORIGINS)) found = { address, ...trace }
      }
      const { address, hops, origins } = found!
      console.log(`${address} has ${origins} origins and ${hops.length} hops`)
      await page.setViewport(1_280)
      await page.open(`${network.url.replace('/graphql', '')}/holding/${address}/erc20`)
      await page.waitForText('The same as a table')
      for (const words of ['^Load more', 'more of the .* rows$']) await pressWhileThere(words)
      const units = new Map<string, bigint>()
      for (const { length, transfer } of hops)
        units.set(transfer.hash, (units.get(transfer.hash) ?? 0n) + BigInt(length))
      expect(await page.evaluate(TABLE)).toEqual(
        Object.fromEntries(
          [...units].map(([hash, sum]) => [hash, `${sum.toLocaleString('en-US')} units of the ledger`]),
        ),
      )
      for (const width of [1_280, 360]) {
        await page.setViewport(width)
        await page.waitFor(`document.querySelector('.flow-drawing').clientWidth > 0`)
        expect([width, await unreadable(page)]).toEqual([width, []])
      }
    },
    10 * MINUTES,
  )

  it(
    'show the thing with most owners as a line of them',
    async () => {
      const { thing, file } = busiestThing()
      const addresses = await importFile('mooncats', file, MOONCATS)
      await page.setViewport(1_280)
      const code = codeOf(thing, 'cat:')
      await page.open(`${network.url.replace('/graphql', '')}/asset/${encodeURIComponent(code)}`)
      await page.waitFor(`document.querySelector('.custody-now')`)
      const owners = plainCsv(file).map(({ to }) => `/account/${addresses.get(to!)}`)
      const shown = await page.evaluate<string[]>(
        `[...document.querySelectorAll('.custody-holder a')].map(({ pathname }) => pathname)`,
      )
      expect(shown.slice(-owners.length)).toEqual(owners)
    },
    5 * MINUTES,
  )
})
