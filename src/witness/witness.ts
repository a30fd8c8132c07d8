import { bytesToBase64, equalBytes } from '../codec/bytes.ts'
import { DecodeError } from '../codec/error.ts'
import { type AddCheckpoint, parseAddCheckpoint, SIZE_TYPE } from '../log/add-checkpoint.ts'
import { parseCheckpoint } from '../log/checkpoint.ts'
import { cosign, cosignatureLine } from '../log/cosignature.ts'
import { type Verify, whyNotBelieved } from '../log/fewest-signatures.ts'
import { formatSignature, type NoteKey, parseSignatures, splitNote } from '../log/note.ts'
import type { Policy } from '../log/policy.ts'
import { verifyConsistency } from '../log/proofs.ts'
import type { Logger } from '../telemetry/log.ts'
import type { KeptCheckpoint, WitnessStore } from './store.ts'

/** What a witness works with. */
export interface WitnessParts {
  key: NoteKey
  sign(message: Uint8Array): Uint8Array
  /** Which checkpoints are to be believed, by the log's origin. */
  policies: ReadonlyMap<string, Policy>
  store: WitnessStore
  log: Logger
  /** Milliseconds since 1970. */
  now(): number
  /** Default verifyCosignature. */
  verify?: Verify
}

/** An answer over HTTP. */
export interface Answer {
  status: number
  type: string
  body: string
}

/**
 * A witness: cosigns checkpoints, each only if it continues the one that it cosigned before. C2SP tlog-witness. Between the check of the old size and the
 * write nothing else runs, so that two requests cannot both pass.
 */
export class Witness {
  readonly #parts: WitnessParts
  /** The text that contradicted the newest checkpoint last, and what was answered, by origin. */
  readonly #conflicts = new Map<string, { text: string; answer: Answer }>()

  constructor(parts: WitnessParts) {
    this.#parts = parts
  }

  /**
   * Answers an add-checkpoint request, the cheapest checks first: whatever the sizes, the proof, or what was believed before can tell is answered
   * without a look at signatures, whose lines are not even read.
   * @param body of the request
   * @param turn waits until signatures may be verified; false if they may not
   */
  async addCheckpoint(body: Uint8Array, turn: () => Promise<boolean> = async () => true): Promise<Answer> {
    try {
      const asked = this.#read(body)
      if ('status' in asked) return asked
      const known = this.#known(asked)
      if (known !== undefined) return known
      if (!(await turn())) return refused(429, 'this witness is asked too much')
      // Others may have been answered in the meantime.
      return this.#known(asked) ?? this.#verified(asked)
    } catch (error) {
      if (error instanceof DecodeError) return refused(400, error.message)
      throw error
    }
  }

  /** @throws DecodeError */
  #read(body: Uint8Array): Asked | Answer {
    const { oldSize, proof, note } = parseAddCheckpoint(body)
    const { text, lines } = splitNote(note)
    const shown: KeptCheckpoint = { ...parseCheckpoint(text), note }
    const policy = this.#parts.policies.get(shown.origin)
    return policy === undefined
      ? refused(404, 'this witness does not know the log')
      : { oldSize, proof, text, lines, shown, policy }
  }

  /** The answer, if it depends on no signature. */
  #known({ oldSize, proof, text, shown }: Asked): Answer | undefined {
    if (oldSize > shown.size) return refused(400, 'the old size is above that of the checkpoint')
    const kept = this.#parts.store.newest(shown.origin)
    // Before the size is compared: whoever shows another history should hear why it is refused, whatever size was expected.
    if (contradicts(kept, shown)) {
      const conflict = this.#conflicts.get(shown.origin)
      return conflict?.text === text ? conflict.answer : undefined
    }
    const size = kept?.size ?? 0
    if (oldSize !== size) return { status: 409, type: SIZE_TYPE, body: `${size}\n` }
    if (!isContinued(kept, shown, proof))
      return refused(
        422,
        `the proof does not show that the log at size ${shown.size} begins with what this witness cosigned at size ${size}`,
      )
    return kept?.note.startsWith(`${text}\n`) ? this.#cosigned(text) : undefined
  }

  #verified({ text, lines, shown, policy }: Asked): Answer {
    const { store, verify } = this.#parts
    const fault = whyNotBelieved(policy, { text, signatures: parseSignatures(lines) }, verify)
    if (fault !== undefined) return refused(403, `the policy of this witness is not met: ${fault}`)
    const kept = store.newest(shown.origin)
    if (contradicts(kept, shown)) return this.#conflict(kept!, shown, text)
    if (kept?.size !== shown.size) store.put(shown)
    return this.#cosigned(text)
  }

  #cosigned(text: string): Answer {
    const { key, sign, now } = this.#parts
    const cosignature = cosign(text, Math.floor(now() / 1_000), sign)
    return { status: 200, type: 'text/plain', body: formatSignature(cosignatureLine(key, cosignature)) }
  }

  /** Two roots of one size, both believable: the signers have shown two histories. */
  #conflict(kept: KeptCheckpoint, shown: KeptCheckpoint, text: string): Answer {
    const { store, log } = this.#parts
    const file = store.putConflict(kept, shown.note)
    const roots = { cosigned: bytesToBase64(kept.root), shown: bytesToBase64(shown.root) }
    log.error({ origin: kept.origin, size: kept.size, ...roots, file }, 'a log has shown two histories')
    const answer = refused(
      409,
      `split view: at size ${kept.size} this witness has cosigned the root ${roots.cosigned}, and is now shown ${roots.shown}`,
    )
    this.#conflicts.set(kept.origin, { text, answer })
    return answer
  }
}

/** A request that was read, of a log that the witness knows. */
interface Asked extends Omit<AddCheckpoint, 'note'> {
  text: string
  /** Signature lines, not read yet. */
  lines: string
  shown: KeptCheckpoint
  policy: Policy
}

/** Whether both have the same size and other roots. */
function contradicts(kept: KeptCheckpoint | undefined, shown: KeptCheckpoint): boolean {
  return kept?.size === shown.size && !equalBytes(kept.root, shown.root)
}

function isContinued(
  kept: KeptCheckpoint | undefined,
  shown: KeptCheckpoint,
  proof: readonly Uint8Array[],
): boolean {
  // Of a log that is seen for the first time, any beginning is believed, and nothing is to be proven.
  if (kept === undefined || kept.size === 0) return proof.length === 0
  return verifyConsistency({ oldSize: kept.size, oldRoot: kept.root, ...shown, proof })
}

function refused(status: number, why: string): Answer {
  return { status, type: 'text/plain', body: `${why}\n` }
}
