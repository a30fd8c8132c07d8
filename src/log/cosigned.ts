import { bytesToHex, equalBytes } from '../codec/bytes.ts'
import { formatCheckpoint } from './checkpoint.ts'
import { type Cosignature, cosignatureLine, cosignedMessage, cosignerKey } from './cosignature.ts'
import { formatNote, type NoteSignature } from './note.ts'
import type { Group, Policy, PolicyKey } from './policy.ts'

// What the validators of a chain say of its log of headers, as one node sees it. PROTOCOL.md, "Checkpoints".

/**
 * Sizes of the log for which cosignatures are kept, per validator; the own roots that they are compared with; and how far ahead of the own log a size may
 * be. So a validator cannot fill its place with sizes that are never reached, behind which a lie would not be seen.
 */
export const COSIGNED_SIZES = 8

/** What a validator says of the log: its root at a size, at a time. */
export interface SizedCosignature extends Cosignature {
  size: number
  root: Uint8Array
}

/** A checkpoint of which a quorum of the validators says the same. */
export interface CosignedCheckpoint {
  size: number
  root: Uint8Array
  /** By index of the validator, ascending. */
  cosignatures: readonly (readonly [validator: number, cosignature: Cosignature])[]
}

/** The validators of a chain as cosigners of its log. */
export interface Cosigners {
  /** Name of the log. */
  origin: string
  /** Number of validators. */
  count: number
  /** How many of them make a quorum. */
  quorum: number
  verify(validator: number, message: Uint8Array, signature: Uint8Array): boolean
}

/**
 * What became of a cosignature. `new`: it is kept. `known`, `old`, `early`: nothing was done. `forged`: its signature is wrong. `split`: its signature is
 * right, and it contradicts this node's log or another cosignature of the same validator.
 */
export type Added = 'new' | 'known' | 'old' | 'early' | 'forged' | 'split'

/** The name of a chain's log of headers. @param chainId 64 hex digits */
export function originOf(chainId: string): string {
  return `inpigritas/${chainId}`
}

/** Collects what validators say of the log, at most COSIGNED_SIZES sizes of each, and compares it with the own log. */
export class CosignedLog {
  readonly #cosigners: Cosigners
  /** Roots of the own log at its newest sizes. */
  readonly #roots = new Map<number, Uint8Array>()
  readonly #kept: Map<number, SizedCosignature>[]
  readonly #splits: (SizedCosignature | undefined)[]
  #newest: CosignedCheckpoint | undefined

  constructor(cosigners: Cosigners) {
    this.#cosigners = cosigners
    this.#kept = Array.from({ length: cosigners.count }, () => new Map())
    this.#splits = Array.from({ length: cosigners.count }, () => undefined)
  }

  /** The newest checkpoint that a quorum has cosigned. */
  get newest(): CosignedCheckpoint | undefined {
    return this.#newest
  }

  /** The own log has grown. @returns the validators whose kept cosignatures contradict it */
  advance(size: number, root: Uint8Array): number[] {
    this.#roots.set(size, root)
    keepHighest(this.#roots)
    const against = this.#kept.flatMap((kept, validator) => {
      const said = kept.get(size)
      if (said === undefined || equalBytes(said.root, root)) return []
      kept.delete(size)
      this.#splits[validator] = said
      return [validator]
    })
    this.#count(size)
    return against
  }

  /** Takes what a validator says. The signature is verified last. @param validator below the number of validators */
  add(validator: number, said: SizedCosignature): Added {
    const kept = this.#kept[validator]!
    const before = kept.get(said.size)
    if (before !== undefined && equalBytes(before.root, said.root)) return 'known'
    const lowest = Math.max(lowestOf(kept), lowestOf(this.#roots))
    if (before === undefined && said.size < lowest) return 'old'
    if (said.size > Math.max(0, ...this.#roots.keys()) + COSIGNED_SIZES) return 'early'
    const split = this.#splits[validator]
    if (split?.size === said.size && equalBytes(split.root, said.root)) return 'known'
    const { size, root, time, signature } = said
    const text = formatCheckpoint({ origin: this.#cosigners.origin, size, root })
    if (!this.#cosigners.verify(validator, cosignedMessage(text, time), signature)) return 'forged'
    const own = before?.root ?? this.#roots.get(size)
    if (own !== undefined && !equalBytes(own, root)) {
      this.#splits[validator] = said
      return 'split'
    }
    kept.set(size, said)
    keepHighest(kept)
    this.#count(size)
    return 'new'
  }

  /** What a validator said of the largest log; undefined before it says anything. */
  lastOf(validator: number): SizedCosignature | undefined {
    const kept = this.#kept[validator]!
    return kept.get(Math.max(...kept.keys()))
  }

  /** What a validator said last against this log or against itself. */
  splitOf(validator: number): SizedCosignature | undefined {
    return this.#splits[validator]
  }

  /** All that is kept: what validators say of each size and root, also against this log. In order of size. */
  checkpoints(): CosignedCheckpoint[] {
    const found = new Map<string, CosignedCheckpoint & { cosignatures: [number, Cosignature][] }>()
    for (const [validator, kept] of this.#kept.entries()) {
      const split = this.#splits[validator]
      for (const said of split === undefined ? kept.values() : [split, ...kept.values()]) {
        const { size, root, time, signature } = said
        const key = `${size} ${bytesToHex(root)}`
        const checkpoint = found.get(key) ?? { size, root, cosignatures: [] }
        checkpoint.cosignatures.push([validator, { time, signature }])
        found.set(key, checkpoint)
      }
    }
    return [...found.values()].sort((a, b) => a.size - b.size)
  }

  /** How many cosignatures are kept, and how many at most. */
  get held(): readonly [held: number, bound: number] {
    return [this.#kept.reduce((sum, { size }) => sum + size, 0), this.#kept.length * COSIGNED_SIZES]
  }

  /** Counts who agrees with the own log at a size. */
  #count(size: number): void {
    const root = this.#roots.get(size)
    if (root === undefined || size < (this.#newest?.size ?? 0)) return
    const cosignatures = this.#kept.flatMap((kept, validator) => {
      const said = kept.get(size)
      return said !== undefined && equalBytes(said.root, root)
        ? [[validator, { time: said.time, signature: said.signature }] as const]
        : []
    })
    if (cosignatures.length >= this.#cosigners.quorum) this.#newest = { size, root, cosignatures }
  }
}

/** The checkpoint as a signed note. @param keys the validators' log keys in order @param others further signatures */
export function checkpointNote(
  origin: string,
  keys: readonly Uint8Array[],
  { size, root, cosignatures }: CosignedCheckpoint,
  others: Iterable<NoteSignature> = [],
): string {
  const signatures = cosignatures.map(([validator, cosignature]) =>
    cosignatureLine(cosignerKey(origin, keys[validator]!), cosignature),
  )
  return formatNote({
    text: formatCheckpoint({ origin, size, root }),
    signatures: [...signatures, ...others],
  })
}

/** Witnesses that a policy requires beside the validators, and how many of them. */
export interface RequiredWitnesses {
  witnesses: ReadonlyMap<string, PolicyKey>
  threshold: number
}

/**
 * The policy by which a quorum of validators vouches for a checkpoint, and witnesses if any are required. The validators' names in it are
 * `validator-0` and so on.
 * @param keys the validators' log keys in order
 */
export function quorumPolicy(
  { origin, quorum }: Pick<Cosigners, 'origin' | 'quorum'>,
  keys: readonly Uint8Array[],
  required?: RequiredWitnesses,
): Policy {
  const logs = keys.map((key) => cosignerKey(origin, key))
  const validators = logs.map((key, i) => [`validator-${i}`, key] as const)
  const groups: [string, Group][] = [
    ['validators', { threshold: quorum, members: validators.map(([name]) => name) }],
  ]
  if (required !== undefined)
    groups.push(
      ['witnesses', { threshold: required.threshold, members: [...required.witnesses.keys()] }],
      ['validators-and-witnesses', { threshold: 2, members: ['validators', 'witnesses'] }],
    )
  return {
    logs,
    witnesses: new Map<string, PolicyKey>([...validators, ...(required?.witnesses ?? [])]),
    groups: new Map(groups),
    quorum: groups.at(-1)![0],
  }
}

/** The lowest size below which nothing is taken any more; 0 while there is room. */
function lowestOf(sizes: ReadonlyMap<number, unknown>): number {
  return sizes.size < COSIGNED_SIZES ? 0 : Math.min(...sizes.keys())
}

function keepHighest(sizes: Map<number, unknown>): void {
  if (sizes.size > COSIGNED_SIZES) sizes.delete(Math.min(...sizes.keys()))
}
