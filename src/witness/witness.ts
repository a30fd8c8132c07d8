import { bytesToBase64 } from '../codec/bytes.ts'
import { DecodeError } from '../codec/error.ts'
import { type AddCheckpoint, parseAddCheckpoint, SIZE_TYPE } from '../log/add-checkpoint.ts'
import { parseCheckpoint } from '../log/checkpoint.ts'
import { cosign, cosignatureLine } from '../log/cosignature.ts'
import { formatSignature, type NoteKey, parseNote } from '../log/note.ts'
import { judgeCheckpoint, type Policy } from '../log/policy.ts'
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

  constructor(parts: WitnessParts) {
    this.#parts = parts
  }

  /** Answers an add-checkpoint request, the cheapest checks first. @param body of the request */
  addCheckpoint(body: Uint8Array): Answer {
    try {
      return this.#add(parseAddCheckpoint(body))
    } catch (error) {
      if (error instanceof DecodeError) return refused(400, error.message)
      throw error
    }
  }

  #add(asked: AddCheckpoint): Answer {
    const { policies, store } = this.#parts
    const note = parseNote(asked.note)
    const shown: KeptCheckpoint = { ...parseCheckpoint(note.text), note: asked.note }
    const policy = policies.get(shown.origin)
    if (policy === undefined) return refused(404, 'this witness does not know the log')
    const { valid, cosigned } = judgeCheckpoint(policy, note)
    if (!valid)
      return refused(
        403,
        `the policy of this witness is not met: signed by ${cosigned.join(', ') || 'nobody that it names'}`,
      )
    if (asked.oldSize > shown.size) return refused(400, 'the old size is above that of the checkpoint')
    const kept = store.newest(shown.origin)
    // Before the size is compared: whoever shows another history should hear why it is refused, whatever size was expected.
    if (kept?.size === shown.size && bytesToBase64(kept.root) !== bytesToBase64(shown.root))
      return this.#conflict(kept, shown)
    const size = kept?.size ?? 0
    if (asked.oldSize !== size) return { status: 409, type: SIZE_TYPE, body: `${size}\n` }
    if (!isContinued(kept, shown, asked.proof))
      return refused(
        422,
        `the proof does not show that the log at size ${shown.size} begins with what this witness cosigned at size ${size}`,
      )
    if (kept?.size !== shown.size) store.put(shown)
    return this.#cosigned(note.text)
  }

  #cosigned(text: string): Answer {
    const { key, sign, now } = this.#parts
    const cosignature = cosign(text, Math.floor(now() / 1_000), sign)
    return { status: 200, type: 'text/plain', body: formatSignature(cosignatureLine(key, cosignature)) }
  }

  /** Two roots of one size, both believable: the signers have shown two histories. */
  #conflict(kept: KeptCheckpoint, shown: KeptCheckpoint): Answer {
    const { store, log } = this.#parts
    const file = store.putConflict(kept, shown.note)
    const roots = { cosigned: bytesToBase64(kept.root), shown: bytesToBase64(shown.root) }
    log.error({ origin: kept.origin, size: kept.size, ...roots, file }, 'a log has shown two histories')
    return refused(
      409,
      `split view: at size ${kept.size} this witness has cosigned the root ${roots.cosigned}, and is now shown ${roots.shown}`,
    )
  }
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
