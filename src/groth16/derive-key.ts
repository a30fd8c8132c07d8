import { parseVerificationKey, vkHash } from '../verify/verification-key.ts'
import {
  compileKernels,
  type KernelName,
  Kernels,
  MEMORY_START,
  SCRATCH_BYTES,
  writeConstants,
} from './kernels.ts'
import { damaged, type KeyHeader, type PartName, type ProvingKey, SUMS, type SumName } from './key.ts'
import { Layout } from './layout.ts'
import { pointBytes } from './multi-sum.ts'
import { viewOf } from './sections.ts'
import { COEFFICIENT_BYTES, readZkey, type Zkey } from './zkey.ts'

const ELEMENT_BYTES = 32
const LIMB_BYTES = 36
const CHUNK = 2_048

/**
 * Makes the key that the kernels read from a zkey: points and coefficients in the kernels' form, each value of a coefficient once, points at infinity
 * left out, equal and opposite points merged to one.
 * @param sha256 of the zkey, 64 hex digits
 * @throws Failure KEY_DAMAGED
 */
export async function deriveKey(file: Uint8Array, sha256: string): Promise<ProvingKey> {
  const zkey = readZkey(file)
  const parsed = parseVerificationKey(zkey.verificationKey)
  if (parsed === undefined) throw damaged('the .zkey has points that are none')
  const enter = await converter()
  const parts: Partial<Record<PartName, Uint8Array>> = {}
  const { values, rows } = readRows(zkey)
  parts.values = enter('scalars', values, values.length / ELEMENT_BYTES, LIMB_BYTES)
  for (const [i, name] of (['rowsA', 'rowsB'] as const).entries()) {
    parts[`${name}Starts`] = bytesOf(rows[i]!.starts)
    parts[`${name}Entries`] = bytesOf(rows[i]!.entries)
  }
  const merges = new Merges(zkey.wires)
  const counts = {} as Record<SumName, number>
  for (const name of SUMS) {
    const degree = name === 'b2' ? 2 : 1
    const firstWire = name === 'c' ? zkey.publicSignals + 1 : 0
    const { points, wires } =
      name === 'h' ? all(zkey.points.h) : merges.merge(zkey.points[name], degree, firstWire)
    counts[name] = wires.length
    parts[`${name}Points`] = enter(degree === 1 ? 'g1' : 'g2', points, wires.length, pointBytes(degree))
    parts[`${name}Wires`] = bytesOf(wires)
  }
  const { starts, entries } = merges.lists()
  parts.mergedStarts = bytesOf(starts)
  parts.mergedEntries = bytesOf(entries)
  const { body, placed } = joined(parts as Record<PartName, Uint8Array>)
  const { wires, publicSignals, domain, verificationKey, beta1, delta1 } = zkey
  const sizes = { wires, merged: starts.length - 1, publicSignals, domain, counts }
  const header: KeyHeader = {
    zkey: sha256,
    vkHash: vkHash(parsed),
    ...sizes,
    parts: placed,
    bodyBytes: body.length,
    verificationKey,
    beta1,
    delta1,
  }
  return { header, body }
}

/** Makes a function that converts so many items of a zkey, in chunks. */
async function converter() {
  const layout = new Layout(MEMORY_START)
  const scratch = layout.place(SCRATCH_BYTES)
  const from = layout.place(128 * CHUNK)
  const to = layout.place(144 * CHUNK)
  const memory = layout.memory(false)
  writeConstants(memory)
  const kernels = new Kernels({ modules: await compileKernels(false), memory, scratch, free: 0 })
  const bytes = new Uint8Array(memory.buffer)
  return (kernel: KernelName, items: Uint8Array, count: number, itemBytes: number): Uint8Array => {
    const out = new Uint8Array(itemBytes * count)
    const size = items.length / Math.max(1, count)
    for (let i = 0; i < count; i += CHUNK) {
      const n = Math.min(CHUNK, count - i)
      bytes.set(items.subarray(size * i, size * (i + n)), from)
      kernels.run([kernel, 'enter', from, to, n])
      out.set(bytes.subarray(to, to + itemBytes * n), itemBytes * i)
    }
    return out
  }
}

interface Rows {
  /** Where the entries of each row begin, and where the last one's end. */
  starts: Uint32Array
  /** Wire and number of a value, for each entry. */
  entries: Uint32Array
}

/** The coefficients of both matrices by rows, and their values, each once. @throws Failure KEY_DAMAGED */
function readRows({ coefficients, domain, wires }: Zkey): { values: Uint8Array; rows: Rows[] } {
  const count = coefficients.length / COEFFICIENT_BYTES
  const view = viewOf(coefficients)
  const text = new TextDecoder('latin1')
  const rows = [0, 1].map(() => new Uint32Array(domain + 1))
  for (let at = 0; at < coefficients.length; at += COEFFICIENT_BYTES) {
    const [matrix, row, wire] = [0, 4, 8].map((i) => view.getUint32(at + i, true)) as [number, number, number]
    if (matrix > 1 || row >= domain || wire >= wires)
      throw damaged('the .zkey has a coefficient of another circuit')
    rows[matrix]![row + 1]!++
  }
  const lists = rows.map((starts) => {
    for (let i = 0; i < domain; i++) starts[i + 1]! += starts[i]!
    return { starts, next: starts.slice(), entries: new Uint32Array(2 * starts[domain]!) }
  })
  const numbers = new Map<string, number>()
  const distinct: Uint8Array[] = []
  for (let i = 0; i < count; i++) {
    const at = COEFFICIENT_BYTES * i
    const value = coefficients.subarray(at + 12, at + COEFFICIENT_BYTES)
    const key = text.decode(value)
    let number = numbers.get(key)
    if (number === undefined) {
      number = distinct.push(value) - 1
      numbers.set(key, number)
    }
    const list = lists[view.getUint32(at, true)]!
    const entry = list.next[view.getUint32(at + 4, true)]!++
    list.entries[2 * entry] = view.getUint32(at + 8, true)
    list.entries[2 * entry + 1] = number
  }
  const values = new Uint8Array(ELEMENT_BYTES * distinct.length)
  distinct.forEach((value, i) => {
    values.set(value, ELEMENT_BYTES * i)
  })
  return { values, rows: lists }
}

function all(points: Uint8Array): { points: Uint8Array; wires: Uint32Array } {
  return { points, wires: Uint32Array.from({ length: points.length / 64 }, (_, i) => i) }
}

/** Wires whose points are equal or opposite: such a point is kept once, and multiplied by the sum of the wires, or by their difference. */
class Merges {
  readonly #wires: number
  /** Entries by their text, in order of their numbers. */
  readonly #sums = new Map<string, number[]>()
  readonly #numbers = new Map<string, number>()

  constructor(wires: number) {
    this.#wires = wires
  }

  /** The points but those at infinity, each once, and what each is multiplied by: a wire, or a sum of wires. */
  merge(points: Uint8Array, degree: 1 | 2, firstWire: number): { points: Uint8Array; wires: Uint32Array } {
    const size = 64 * degree
    const text = new TextDecoder('latin1')
    const half = (i: number, which: 0 | 1) =>
      text.decode(points.subarray(size * i + (which * size) / 2, size * i + ((which + 1) * size) / 2))
    const zero = '\0'.repeat(size / 2)
    const groups = new Map<string, { point: number; entries: number[] }>()
    for (let i = 0; i < points.length / size; i++) {
      const x = half(i, 0)
      // No point of either curve has x = 0 and y = 0.
      if (x === zero && half(i, 1) === zero) continue
      const group = groups.get(x)
      const entry = 2 * (firstWire + i)
      if (group === undefined) groups.set(x, { point: i, entries: [entry] })
      else group.entries.push(entry + (half(i, 1) === half(group.point, 1) ? 0 : 1))
    }
    const kept = new Uint8Array(size * groups.size)
    const wires = new Uint32Array(groups.size)
    let n = 0
    for (const { point, entries } of groups.values()) {
      kept.set(points.subarray(size * point, size * (point + 1)), size * n)
      wires[n++] = entries.length === 1 ? entries[0]! / 2 : this.#number(entries)
    }
    return { points: kept, wires }
  }

  #number(entries: number[]): number {
    const key = entries.join()
    const number = this.#numbers.get(key) ?? this.#wires + this.#numbers.size
    this.#numbers.set(key, number)
    this.#sums.set(key, entries)
    return number
  }

  lists(): Rows {
    const sums = [...this.#sums.values()]
    const starts = new Uint32Array(sums.length + 1)
    sums.forEach((entries, i) => {
      starts[i + 1] = starts[i]! + entries.length
    })
    return { starts, entries: Uint32Array.from(sums.flat()) }
  }
}

/** Little-endian words, as the kernels read them. */
function bytesOf(words: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(4 * words.length)
  const view = viewOf(bytes)
  words.forEach((word, i) => {
    view.setUint32(4 * i, word, true)
  })
  return bytes
}

function joined(parts: Record<PartName, Uint8Array>): { body: Uint8Array; placed: KeyHeader['parts'] } {
  const layout = new Layout(0)
  const entries = Object.entries(parts) as [PartName, Uint8Array][]
  const placed = {} as KeyHeader['parts']
  for (const [name, { length }] of entries) placed[name] = { at: layout.place(length), bytes: length }
  const body = new Uint8Array(layout.bytes)
  for (const [name, bytes] of entries) body.set(bytes, placed[name].at)
  return { body, placed }
}
