import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { AssetFacts } from '../../src/ledger/asset.ts'
import { LedgerState } from '../../src/ledger/ledger-state.ts'
import { printFigures } from './support/report.ts'

const MIB = 2 ** 20

/** A field element per number; different numbers give different ones. */
const fieldOf = (kind: bigint, i: number) => (kind << 240n) + BigInt(i) * 0x9e3779b97f4a7c15f39cc0605cedc835n

function assetOf(i: number): AssetFacts {
  return {
    id: fieldOf(1n, i),
    code: `LOT-2026-${i}`,
    issuer: fieldOf(2n, i % 1_000),
    reinstatable: i % 2 === 0,
    mintHolding: i,
  }
}

/** As many holdings as a tree of depth 12 has leaves. */
const COUNTS = { assets: 1_000_000, retirements: 1_000_000, holdings: 4 ** 12 }
const LOOKUPS = 200_000

/** Bytes of typed arrays, and of the JavaScript heap after garbage collection. */
function memory(): { arrays: number; heap: number } {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { arrayBuffers, heapUsed } = process.memoryUsage()
  return { arrays: arrayBuffers, heap: heapUsed }
}

/** Memory of the final state with `COUNTS`, and the time to fill it and to look up a holding. */
export async function benchStateMemory(): Promise<void> {
  const figures: { name: string; value: string }[] = []
  const state = new LedgerState(1)
  const fill: Record<keyof typeof COUNTS, (i: number) => void> = {
    assets: (i) => state.insertAsset(assetOf(i)),
    retirements: (i) =>
      state.insertRetirement(fieldOf(3n, i), { from: fieldOf(4n, i), sponsor: fieldOf(2n, i % 1_000) }),
    holdings: (index) =>
      state.insertHolding({
        index,
        account: fieldOf(4n, index),
        asset: index % COUNTS.assets,
        inTotal: 5n,
        outTotal: 2n,
      }),
  }
  for (const [what, count] of Object.entries(COUNTS) as [keyof typeof COUNTS, number][]) {
    const before = memory()
    const started = performance.now()
    let slowest = 0
    for (let i = 0; i < count; i += 1_000) {
      const begun = performance.now()
      for (let j = i; j < Math.min(count, i + 1_000); j++) fill[what](j)
      slowest = Math.max(slowest, performance.now() - begun)
    }
    const seconds = (performance.now() - started) / 1_000
    const after = memory()
    const bytes = after.arrays - before.arrays
    const heap = (after.heap - before.heap) / MIB
    figures.push({
      name: `${count} ${what}`,
      value:
        `${(bytes / MIB).toFixed(0)} MiB, ${(bytes / count).toFixed(0)} bytes each, and ${heap.toFixed(1)} MiB of heap; ` +
        `filled in ${seconds.toFixed(1)} s, the slowest thousand in ${slowest.toFixed(0)} ms`,
    })
  }
  const started = performance.now()
  for (let i = 0; i < LOOKUPS; i++) {
    const index = (i * 7919) % COUNTS.holdings
    if (state.holding(fieldOf(4n, index), fieldOf(1n, index % COUNTS.assets)) === undefined)
      throw new Error('lost')
  }
  const micros = (1_000 * (performance.now() - started)) / LOOKUPS
  figures.push({ name: 'Looking up a holding', value: `${micros.toFixed(1)} us` })
  printFigures('Memory of the state', figures)
}
