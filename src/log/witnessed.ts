import { equalBytes } from '../codec/bytes.ts'
import { COSIGNED_SIZES, type CosignedCheckpoint } from './cosigned.ts'
import type { NoteSignature } from './note.ts'

/** A checkpoint of a quorum with what witnesses said of it. */
export interface WitnessedCheckpoint {
  checkpoint: CosignedCheckpoint
  /** Signature lines of witnesses, by the witness's name. */
  witnesses: ReadonlyMap<string, NoteSignature>
}

/**
 * The newest checkpoints of a quorum, at most COSIGNED_SIZES of them, with the cosignatures of witnesses, which arrive later.
 */
export class WitnessedCheckpoints {
  readonly #kept = new Map<
    number,
    { checkpoint: CosignedCheckpoint; witnesses: Map<string, NoteSignature> }
  >()

  /** Takes a checkpoint, or the same one with more cosignatures. */
  take(checkpoint: CosignedCheckpoint): void {
    const witnesses = this.#kept.get(checkpoint.size)?.witnesses ?? new Map<string, NoteSignature>()
    this.#kept.set(checkpoint.size, { checkpoint, witnesses })
    if (this.#kept.size > COSIGNED_SIZES) this.#kept.delete(Math.min(...this.#kept.keys()))
  }

  /** Adds a witness's cosignature of the checkpoint of a size; of one that is not kept any more, it is dropped. */
  add(size: number, witness: string, signature: NoteSignature): void {
    this.#kept.get(size)?.witnesses.set(witness, signature)
  }

  /** The cosignatures of witnesses on a checkpoint that is kept. */
  witnessesOf({ size, root }: Pick<CosignedCheckpoint, 'size' | 'root'>): Iterable<NoteSignature> {
    const kept = this.#kept.get(size)
    return kept !== undefined && equalBytes(kept.checkpoint.root, root) ? kept.witnesses.values() : []
  }

  /** The checkpoint with the most witnesses, of those the newest. */
  best(): WitnessedCheckpoint | undefined {
    let best: WitnessedCheckpoint | undefined
    for (const one of this.#kept.values()) {
      const more = one.witnesses.size - (best?.witnesses.size ?? 0)
      if (best === undefined || more > 0 || (more === 0 && one.checkpoint.size > best.checkpoint.size))
        best = one
    }
    return best
  }
}
