import { accountOfName, type RandomWorld } from '../ledger/random-world.ts'
import { key, type Moved, type Unit } from '../ledger/unit-model.ts'

/** A unit to trace: its number in the request, and where on its journey the trace starts. */
export interface StartUnit {
  number: number
  unit: Unit
  /** Index in the journey of the record that brought it to where the trace starts. */
  step: number
}

/** The expected result of a trace, unit by unit. */
export interface NaiveTrace {
  /** `unit/depth/position` of every hop within the asset. */
  hops: string[]
  /** Number of units that pass through each record beyond a "made from". */
  behind: Map<number, number>
  /** Units by holder and asset (forward). */
  holders: Map<string, number>
  /** Serials by asset (backward): those of the start units, and of all units that they were made from. */
  origins: Map<string, number[]>
}

function emptyTrace(): NaiveTrace {
  return { hops: [], behind: new Map(), holders: new Map(), origins: new Map() }
}

/** Traces back to the issue of each unit, then through the units that its asset was made from. */
export function naiveBackward({ model }: RandomWorld, start: readonly StartUnit[]): NaiveTrace {
  const trace = emptyTrace()
  const crossed = new Set<string>()
  for (const { number, unit, step } of start) {
    for (let depth = 1; depth <= step + 1; depth++) {
      trace.hops.push(`${number}/${depth}/${unit.journey[step + 1 - depth]}`)
    }
    add(trace.origins, unit)
    cross(unit.asset)
  }
  return trace

  function cross(code: string): void {
    if (crossed.has(code)) return
    crossed.add(code)
    for (const position of model.assets.get(code)!.madeFrom) {
      for (const { unit, step } of model.moved.get(position)!) {
        for (const passed of unit.journey.slice(0, step + 1)) count(trace.behind, passed)
        add(trace.origins, unit)
        cross(unit.asset)
      }
    }
  }
}

/** Traces forward to the present holder of each unit, and to the units of assets that were made from it. */
export function naiveForward({ model }: RandomWorld, start: readonly StartUnit[]): NaiveTrace {
  const trace = emptyTrace()
  const crossed = new Set<string>()
  for (const { number, unit, step } of start) {
    for (const [i, position] of unit.journey.slice(step + 1).entries()) {
      trace.hops.push(`${number}/${i + 1}/${position}`)
      cross(position)
    }
    count(trace.holders, key(String(accountOfName(unit.account)), unit.asset))
  }
  return trace

  function cross(position: number): void {
    const code = model.usedBy(position)
    if (code === undefined || crossed.has(code)) return
    crossed.add(code)
    for (const unit of model.issued(code)) {
      for (const passed of unit.journey) {
        count(trace.behind, passed)
        cross(passed)
      }
      count(trace.holders, key(String(accountOfName(unit.account)), unit.asset))
    }
  }
}

/** The units in a holding; the next one to leave is first. */
export function balanceUnits({ model }: RandomWorld, holder: string, asset: string): StartUnit[] {
  return (model.queues.get(key(holder, asset)) ?? []).map((unit, number) => ({
    number,
    unit,
    step: unit.journey.length - 1,
  }))
}

/** The units that a holding ever received, in order. */
export function receivedUnits({ model }: RandomWorld, holder: string, asset: string): StartUnit[] {
  return (model.arrived.get(key(holder, asset)) ?? []).map((moved, number) => ({ number, ...moved }))
}

/** Issued units by serial, before their issue (forward) or where they are now (backward). */
export function serialUnits(
  { model }: RandomWorld,
  asset: string,
  direction: 'BACKWARD' | 'FORWARD',
): StartUnit[] {
  return model.issued(asset).map((unit) => ({
    number: unit.serial,
    unit,
    step: direction === 'FORWARD' ? -1 : unit.journey.length - 1,
  }))
}

/** The units that a record moved. The record is the first hop in both directions. */
export function movedUnits(
  { model }: RandomWorld,
  position: number,
  direction: 'BACKWARD' | 'FORWARD',
): StartUnit[] {
  return (model.moved.get(position) ?? []).map(({ unit, step }: Moved, number) => ({
    number,
    unit,
    step: direction === 'FORWARD' ? step - 1 : step,
  }))
}

function count<K>(counts: Map<K, number>, name: K): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

function add(origins: Map<string, number[]>, { asset, serial }: Unit): void {
  const serials = origins.get(asset) ?? []
  serials.push(serial)
  origins.set(asset, serials)
}
