import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Asset } from '../../../src/ledger/asset.ts'
import { RecordIndex } from '../../../src/provenance/record-index.ts'
import { trace } from '../../../src/provenance/trace.ts'
import type { TraceRequest, TraceResult } from '../../../src/provenance/types.ts'
import { type RecordBudget, readTrace } from '../../../src/storage/reads/trace.ts'
import { accountOfName, HOLDERS, type RandomWorld } from '../../support/ledger/random-world.ts'
import { storedHistory } from '../../support/storage/stored-history.ts'

/** What tracing in memory finds in the records below a position; a rejection as its code. */
function expected(
  records: RandomWorld['records'],
  assets: Asset[],
  request: TraceRequest,
  end: number,
): unknown {
  const before = records.filter(({ position }) => position < end)
  return outcome(() => trace(new RecordIndex(before, assets), request))
}

function outcome(run: () => TraceResult): unknown {
  try {
    return run()
  } catch (error) {
    return (error as { rejection: { code: string } }).rejection.code
  }
}

const budgetOf = (max: number): RecordBudget => ({ left: max, max })

describe('a trace in the database', () => {
  it.each([1, 2, 3])('finds what tracing in memory finds, at any height (world %i)', async (seed) => {
    const { database, chain, world } = await storedHistory(seed, 400)
    const { records } = chain
    const assets = world.assets()
    const check = async (request: TraceRequest, end: number): Promise<void> => {
      const found = await readTrace(database, request, end, { budget: budgetOf(1_000_000) }).catch(
        (error) => error.rejection?.code ?? error,
      )
      expect({ request, end, found }).toEqual({
        request,
        end,
        found: expected(records, assets, request, end),
      })
      if (typeof found === 'object' && found.end !== undefined && (request.after?.depth ?? 0) < 3)
        await check({ ...request, after: found.end }, end)
    }
    for (const hash of assets.flatMap(({ madeFrom }) => madeFrom)) {
      await check({ transfer: hash, direction: 'FORWARD' }, records.length)
    }
    const random = fc.sample(
      fc.record({
        kind: fc.nat(2),
        asset: fc.nat(),
        account: fc.nat(),
        record: fc.nat(records.length - 1),
        direction: fc.constantFrom('BACKWARD' as const, 'FORWARD' as const),
        offset: fc.option(fc.bigInt(0n, 12n), { nil: undefined }),
        length: fc.option(fc.bigInt(0n, 12n), { nil: undefined }),
        maxDepth: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
        first: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
        end: fc.integer({ min: 1, max: records.length }),
      }),
      { numRuns: 250, seed },
    )
    for (const { kind, asset, account, record, direction, end, ...rest } of random) {
      const of =
        kind === 0
          ? { transfer: records[record]!.hash }
          : {
              asset: assets[asset % assets.length]!.id,
              ...(kind === 1 ? { account: accountOfName(HOLDERS[account % HOLDERS.length]!) } : {}),
            }
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
      await check({ ...of, direction, ...given } as TraceRequest, end)
    }
  })
})
