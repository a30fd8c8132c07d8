/**
 * The naive model against which the ledger is tested. Every unit is an object with a number, holdings are queues of units, and each unit
 * remembers every record that moved it. There are no counters, coordinates or intervals.
 */
export interface Unit {
  asset: string
  serial: number
  account: string
  /** Positions of the records that moved it, the issue first. */
  journey: number[]
  /** The account that received it with each of these records. */
  holders: string[]
}

/** One movement of a unit. `step` is the index of the record in its journey. */
export interface Moved {
  unit: Unit
  step: number
}

export interface ModelAsset {
  code: string
  issuer: string
  cap: number
  reinstatable: boolean
  /** Positions of retirements. */
  madeFrom: number[]
}

export interface Move {
  signer: string
  from: string
  to: string
  asset: string
  amount: number
  /** Number of units that have left the holding before, as the sender states it. */
  start: number
}

export const MINT_NAME = 'MINT'
export const RETIRED_NAME = 'RETIRED'

export class UnitModel {
  readonly assets = new Map<string, ModelAsset>()
  /** Units now in each holding; the next one to leave is first. */
  readonly queues = new Map<string, Unit[]>()
  /** All units that ever arrived at each holding, in order. */
  readonly arrived = new Map<string, Moved[]>()
  /** Number of units that left each holding. */
  readonly left = new Map<string, number>()
  /** Units moved by each record. */
  readonly moved = new Map<number, Moved[]>()
  readonly retirements = new Map<number, { by: string; usedBy: string | undefined }>()

  /** Registers an asset. @returns false if a rule forbids it */
  register(asset: ModelAsset): boolean {
    if (this.assets.has(asset.code)) return false
    for (const position of asset.madeFrom) {
      const retirement = this.retirements.get(position)
      if (retirement === undefined || retirement.by !== asset.issuer || retirement.usedBy !== undefined)
        return false
    }
    this.assets.set(asset.code, asset)
    for (const position of asset.madeFrom) this.retirements.get(position)!.usedBy = asset.code
    const units = Array.from({ length: asset.cap }, (_, serial) => ({
      asset: asset.code,
      serial,
      account: MINT_NAME,
      journey: [],
      holders: [],
    }))
    this.queues.set(key(MINT_NAME, asset.code), units)
    return true
  }

  /** Moves units one by one. @returns false if a rule forbids it */
  move({ signer, from, to, asset, amount, start }: Move, position: number): boolean {
    const definition = this.assets.get(asset)
    const queue = this.queues.get(key(from, asset))
    if (definition === undefined || queue === undefined) return false
    if (from === to || to === MINT_NAME || (from === MINT_NAME && to === RETIRED_NAME)) return false
    if (from === RETIRED_NAME && !definition.reinstatable) return false
    if (signer !== (from === MINT_NAME || from === RETIRED_NAME ? definition.issuer : from)) return false
    if (start !== this.leftFrom(from, asset) || amount < 1 || amount > queue.length) return false
    const moved = Array.from({ length: amount }, () => this.#moveOne(queue.shift()!, to, position))
    this.left.set(key(from, asset), start + amount)
    this.moved.set(position, moved)
    if (to === RETIRED_NAME) this.retirements.set(position, { by: from, usedBy: undefined })
    return true
  }

  balance(account: string, asset: string): number {
    return this.queues.get(key(account, asset))?.length ?? 0
  }

  leftFrom(account: string, asset: string): number {
    return this.left.get(key(account, asset)) ?? 0
  }

  /** The asset made from this retirement. */
  usedBy(position: number): string | undefined {
    return this.retirements.get(position)?.usedBy
  }

  /** Units of an asset that were issued, by serial. */
  issued(asset: string): Unit[] {
    const units = [...this.moved.values()]
      .flat()
      .filter(({ unit, step }) => unit.asset === asset && step === 0)
    return units.map(({ unit }) => unit).sort((a, b) => a.serial - b.serial)
  }

  #moveOne(unit: Unit, to: string, position: number): Moved {
    unit.account = to
    unit.journey.push(position)
    unit.holders.push(to)
    const moved = { unit, step: unit.journey.length - 1 }
    append(this.queues, key(to, unit.asset), unit)
    append(this.arrived, key(to, unit.asset), moved)
    return moved
  }
}

/** Name of a holding. */
export function key(account: string, asset: string): string {
  return `${account}/${asset}`
}

function append<T>(lists: Map<string, T[]>, name: string, item: T): void {
  const list = lists.get(name)
  if (list === undefined) lists.set(name, [item])
  else list.push(item)
}
