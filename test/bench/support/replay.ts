import { encodeAddress } from '../../../src/crypto/address.ts'
import { MINT } from '../../../src/ledger/params.ts'
import type { LedgerRecord } from '../../../src/ledger/record.ts'
import { RecordIndex } from '../../../src/provenance/record-index.ts'
import { trace } from '../../../src/provenance/trace.ts'
import type { TraceRequest } from '../../../src/provenance/types.ts'
import type { Cast } from './big-history.ts'

/** A transfer of a genesis's assets, as a replay needs it. */
type Assets = ConstructorParameters<typeof RecordIndex>[1]

/** A history played record by record in memory: what everything was like after the records that were added. */
export class Replay {
  readonly #index: RecordIndex
  readonly #accounts: readonly bigint[]
  /** Positions of the records of an account and asset, in order. */
  readonly #moves = new Map<string, number[]>()
  #end: number

  /** @param genesis the records of the genesis */
  constructor(genesis: readonly LedgerRecord[], assets: Assets, { people }: Cast) {
    this.#index = new RecordIndex(genesis, assets)
    this.#accounts = people.map(({ account }) => account)
    this.#end = 0
    for (const record of genesis) this.#note(record)
  }

  /** The next record. */
  add(record: LedgerRecord): void {
    this.#index.add(record)
    this.#note(record)
  }

  #note({ position, from, to, assetId }: LedgerRecord): void {
    for (const account of [from, to]) {
      const key = `${account}:${assetId}`
      const list = this.#moves.get(key)
      if (list === undefined) this.#moves.set(key, [position])
      else if (list.at(-1) !== position) list.push(position)
    }
    this.#end = position + 1
  }

  /** Position after the last record. */
  get end(): number {
    return this.#end
  }

  holding(account: bigint, asset: bigint): { inTotal: string; outTotal: string } | null {
    const holding = this.#index.holding(account, asset)
    if (holding === undefined) return null
    return { inTotal: String(this.#index.inTotal(holding)), outTotal: String(this.#index.outTotal(holding)) }
  }

  issued(asset: bigint): string {
    return String(this.#index.outTotal(this.#index.holding(MINT, asset)!))
  }

  /** Balances of an asset by address, above zero. */
  balances(asset: bigint): Map<string, bigint> {
    const found = new Map<string, bigint>()
    for (const account of this.#accounts) {
      const holding = this.#index.holding(account, asset)
      if (holding === undefined) continue
      const balance = this.#index.inTotal(holding) - this.#index.outTotal(holding)
      if (balance > 0n) found.set(encodeAddress(account), balance)
    }
    return found
  }

  /** Positions of the records of an account and asset. */
  moves(account: bigint, asset: bigint): readonly number[] {
    return this.#moves.get(`${account}:${asset}`) ?? []
  }

  /** The first page of a trace, as the api answers it. */
  trace(request: TraceRequest) {
    const { hops, origins } = trace(this.#index, request)
    return {
      hops: hops.map(({ unit, depth, length, position }) => ({
        unit: String(unit),
        depth,
        length: String(length),
        transfer: { position: String(position) },
      })),
      origins: origins.map(({ length, serialFrom }) => ({
        length: String(length),
        serialFrom: String(serialFrom),
      })),
    }
  }
}
