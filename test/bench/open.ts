import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeAddress } from '../../src/crypto/address.ts'
import { hashAction } from '../../src/ledger/action-hash.ts'
import { applyGenesis } from '../../src/ledger/apply-genesis.ts'
import { assetIdOf } from '../../src/ledger/definition.ts'
import { startEmbedded } from '../../src/postgres/server.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { initializeChain } from '../../src/storage/initialize-chain.ts'
import { migrateDatabase } from '../../src/storage/migrate.ts'
import { serveApi } from '../support/api/served-api.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'
import { poseidon } from '../support/crypto/poseidon.ts'
import { definitionOf, eddsaKey, genesisOf, signTransfer } from '../support/ledger/ledger-world.ts'
import { StoredChain } from '../support/storage/stored-chain.ts'
import { count, type Figure, printFigures } from './support/report.ts'

/** Blocks that come while the pages are open, and those after which the browser has compiled what runs again and again. */
const BLOCKS = Number(process.env.OPEN_BLOCKS ?? 2_000)
const SETTLED = Math.floor((2 * BLOCKS) / 5)
/** What a page may hold at the end, as a multiple of what it held then. */
const GROWTH = 1.05

const [ann, bea] = [eddsaKey('ann'), eddsaKey('bea')]
const lot = definitionOf(ann, { code: 'LOT', cap: '1000000' })
const PATHS = [
  '/',
  '/blocks',
  '/asset/LOT',
  '/asset/LOT/holders',
  `/account/${encodeAddress(bea.account)}`,
  '/network',
]

/** What a page holds after its garbage is collected. */
interface Held {
  bytes: number
  nodes: number
  listeners: number
}

/** What pages hold that are left open while blocks come: with the same number of rows, it must not grow. */
export async function benchOpen(): Promise<void> {
  if (!hasChromium) return console.log('There is no Chromium.')
  const folder = mkdtempSync(join(tmpdir(), 'inpigritas-bench-'))
  const server = await startEmbedded({ dataDir: folder })
  const database = openDatabase(server.url('postgres'), { max: 10 })
  const browser = await Browser.open()
  let api: Awaited<ReturnType<typeof serveApi>> | undefined
  try {
    await migrateDatabase(database)
    const genesis = genesisOf({
      definitions: [lot],
      allocations: [{ to: ann.account, asset: 'LOT', amount: 1_000_000n }],
    })
    await initializeChain(database, genesis, applyGenesis(poseidon, genesis))
    const chain = new StoredChain(database, genesis)
    api = await serveApi(database, genesis)
    const pages = new Map<string, BrowserPage>()
    for (const path of PATHS) {
      const page = await browser.page()
      await page.call('Performance.enable')
      await page.open(api.url + path)
      pages.set(path, page)
    }
    const figures = await leaveOpen(chain, pages)
    printFigures(`Pages left open over ${count(BLOCKS)} blocks`, figures)
  } finally {
    await browser.close()
    await api?.stop()
    await database.close()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function leaveOpen(chain: StoredChain, pages: ReadonlyMap<string, BrowserPage>): Promise<Figure[]> {
  const seen: Map<string, Held>[] = []
  for (let height = 1; height <= BLOCKS; height++) {
    await addBlock(chain)
    if (height !== SETTLED && height !== BLOCKS) continue
    const held = new Map<string, Held>()
    for (const [path, page] of pages) held.set(path, await heldBy(page, height))
    seen.push(held)
  }
  const [first, last] = seen as [Map<string, Held>, Map<string, Held>]
  return [...pages.keys()].map((path) => {
    const [before, after] = [first.get(path)!, last.get(path)!]
    const growth = after.bytes / before.bytes
    const isMissed =
      growth > GROWTH || after.nodes > before.nodes * GROWTH || after.listeners > before.listeners
    return {
      name: path.slice(0, 20),
      value: `${(after.bytes / 2 ** 20).toFixed(2)} MiB, ${growth.toFixed(3)} times that after ${count(SETTLED)} blocks; ${count(before.nodes)} and ${count(after.nodes)} nodes, ${count(before.listeners)} and ${count(after.listeners)} listeners`,
      goal: `${GROWTH} times, no more listeners${isMissed ? ' (missed)' : ''}`,
    }
  })
}

/** Adds a block with a transfer of one unit. */
async function addBlock(chain: StoredChain): Promise<void> {
  const assetId = assetIdOf(poseidon, lot)
  const fromStart = chain.state.holding(ann.account, assetId)?.outTotal ?? 0n
  const transfer = signTransfer(ann, {
    ...{ chainId: chain.rules.chainId, era: chain.header.era + 1, memo: 0n },
    ...{ from: ann.account, to: bea.account, assetId, fromStart, amount: 1n },
  })
  await chain.commit([hashAction(poseidon, transfer)])
}

/** What a page holds once it has heard of a height, and asked what it shows. */
async function heldBy(page: BrowserPage, height: number): Promise<Held> {
  const shown = JSON.stringify(`Block ${height.toLocaleString('en-US')}`)
  await page.waitFor(`document.querySelector('.connection a')?.textContent === ${shown}`)
  await page.waitFor(
    `[...document.querySelectorAll('.as-of a')].every((each) => each.textContent === ${shown})`,
  )
  // What was just replaced is let go with the second collection.
  for (let i = 0; i < 2; i++) await page.call('HeapProfiler.collectGarbage')
  type Metrics = { metrics: { name: string; value: number }[] }
  const { metrics } = await page.call<Metrics>('Performance.getMetrics')
  const of = (wanted: string) => metrics.find(({ name }) => name === wanted)!.value
  return { bytes: of('JSHeapUsedSize'), nodes: of('Nodes'), listeners: of('JSEventListeners') }
}
