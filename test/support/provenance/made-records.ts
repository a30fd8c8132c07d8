import type { ActionKind } from '../../../src/ledger/action.ts'
import type { Asset } from '../../../src/ledger/asset.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import type { LedgerRecord } from '../../../src/ledger/record.ts'
import { RecordIndex } from '../../../src/provenance/record-index.ts'

/** Long histories in memory, made without actions and signatures: only what traces read. */
export class MadeRecords {
  readonly records: LedgerRecord[] = []
  readonly assets: Asset[] = []
  readonly #holdings = new Map<string, { index: number; inTotal: bigint; outTotal: bigint }>()

  /** Registers an asset. @returns its id */
  register(madeFrom: bigint[] = []): bigint {
    const id = 1_000_000n + BigInt(this.assets.length)
    const { index } = this.#holding(MINT, id)
    this.assets.push({ id, mintHolding: index, madeFrom } as unknown as Asset)
    this.records.push({ ...this.#record('register', id), toHolding: index } as LedgerRecord)
    return id
  }

  /** Moves units; from MINT it issues, to RETIRED it retires. @returns the record's hash */
  move(asset: bigint, from: bigint, to: bigint, amount: bigint): bigint {
    const kind = from === MINT ? 'issue' : to === RETIRED ? 'retire' : 'transfer'
    const sender = this.#holding(from, asset)
    const receiver = this.#holding(to, asset)
    const record = {
      ...this.#record(kind, asset),
      from,
      to,
      amount,
      fromStart: sender.outTotal,
      toStart: receiver.inTotal,
      fromHolding: sender.index,
      toHolding: receiver.index,
    } as LedgerRecord
    sender.outTotal += amount
    receiver.inTotal += amount
    this.records.push(record)
    return record.hash
  }

  index(): RecordIndex {
    return new RecordIndex(this.records, this.assets)
  }

  #record(kind: ActionKind, assetId: bigint) {
    const position = this.records.length
    return { kind, position, hash: 7n + BigInt(position), assetId }
  }

  #holding(account: bigint, asset: bigint) {
    const key = `${account}:${asset}`
    let holding = this.#holdings.get(key)
    if (holding === undefined) {
      holding = { index: this.#holdings.size, inTotal: 0n, outTotal: 0n }
      this.#holdings.set(key, holding)
    }
    return holding
  }
}
