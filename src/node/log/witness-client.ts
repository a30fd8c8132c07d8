import { DecodeError } from '../../codec/error.ts'
import {
  formatAddCheckpoint,
  parseCosignatures,
  parseSizeAnswer,
  SIZE_TYPE,
} from '../../log/add-checkpoint.ts'
import { cosignatureLine, cosignaturesBy } from '../../log/cosignature.ts'
import { type NoteSignature, parseNote } from '../../log/note.ts'
import type { PolicyKey } from '../../log/policy.ts'
import { consistencyProof } from '../../log/proofs.ts'
import { nodesFromTiles, type TileReader } from '../../log/tiles.ts'
import type { Clock, Timer } from '../../process/clock.ts'
import type { Logger } from '../../telemetry/log.ts'

/** Witnesses that a node asks at most. */
export const MAX_WITNESSES = 32
/** Pause after a failed attempt; it doubles with each, up to the second number. */
const FIRST_PAUSE_MS = 1_000
const MAX_PAUSE_MS = 60_000

/** A witness that a node asks. */
export interface AskedWitness extends PolicyKey {
  url: string
}

/** What a witness answered. */
export interface WitnessAnswer {
  status: number
  type: string
  body: string
}

/** Sends a body to an address, and returns the answer. Rejects if none comes in time, or one that is too large. */
export type AskWitness = (url: string, body: string) => Promise<WitnessAnswer>

/** A checkpoint that a witness is asked to cosign. */
export interface ShownCheckpoint {
  size: number
  /** The signed note. */
  note: string
}

/** What the client of one witness works with. */
export interface WitnessClientParts {
  witness: AskedWitness
  ask: AskWitness
  /** Reads the own log, which has at least the headers of any checkpoint that is shown. */
  read: TileReader
  clock: Clock
  log: Logger
  cosigned(size: number, signature: NoteSignature): void
}

/** Has one witness cosign the newest checkpoints, one after the other: of those that come while it is asked, only the newest is kept. */
export class WitnessClient {
  readonly #parts: WitnessClientParts
  /** The size that the witness is known or thought to have. */
  #size = 0
  #next: ShownCheckpoint | undefined
  #isAsking = false
  #pauseMs = FIRST_PAUSE_MS
  #pause: Timer | undefined
  #isStopped = false
  /** What it cosigned last: the size and the time, in seconds since 1970. */
  last: { size: number; time: number } | undefined
  /** Why it did not cosign at the last attempt; undefined after a success. */
  failure: string | undefined

  constructor(parts: WitnessClientParts) {
    this.#parts = parts
  }

  /** Resumes from a checkpoint that was kept. @returns the witness's signature line, if the note has one that is good */
  resume(size: number, note: string): NoteSignature | undefined {
    const { witness } = this.#parts
    const { text, signatures } = parseNote(note)
    const found = cosignaturesBy([witness], text, signatures)?.get(witness)
    if (found === undefined) return undefined
    this.#size = size
    this.last = { size, time: found.time }
    return cosignatureLine(witness, found)
  }

  /** Shows a checkpoint to the witness, now or after what it is asked at present. */
  show(checkpoint: ShownCheckpoint): void {
    this.#next = checkpoint
    if (!this.#isAsking && this.#pause === undefined) void this.#work()
  }

  get name(): string {
    return this.#parts.witness.name
  }

  stop(): void {
    this.#isStopped = true
    this.#parts.clock.cancel(this.#pause)
  }

  async #work(): Promise<void> {
    this.#isAsking = true
    while (this.#next !== undefined && this.#pause === undefined && !this.#isStopped) {
      const shown = this.#next
      this.#next = undefined
      try {
        await this.#show(shown)
        this.failure = undefined
        this.#pauseMs = FIRST_PAUSE_MS
      } catch (error) {
        this.#failed(shown, error)
      }
    }
    this.#isAsking = false
  }

  #failed(shown: ShownCheckpoint, error: unknown): void {
    const { witness, log, clock } = this.#parts
    const why = error instanceof Error ? error.message : String(error)
    if (why !== this.failure) log.warn({ witness: witness.name, why }, 'a witness does not cosign')
    this.failure = why
    this.#next ??= shown
    this.#pause = clock.after(this.#pauseMs, () => {
      this.#pause = undefined
      void this.#work()
    })
    this.#pauseMs = Math.min(MAX_PAUSE_MS, 2 * this.#pauseMs)
  }

  /** @throws Error that says why the witness does not cosign */
  async #show(shown: ShownCheckpoint): Promise<void> {
    let answer = await this.#ask(shown)
    if (answer.status === 409 && answer.type === SIZE_TYPE) {
      const size = parseSizeAnswer(answer.body)
      // Another node may have shown it more already.
      if (size > shown.size) return
      this.#size = size
      answer = await this.#ask(shown)
    }
    if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.body.trim()}`)
    const { witness, cosigned } = this.#parts
    const { text } = parseNote(shown.note)
    const found = cosignaturesBy([witness], text, parseCosignatures(answer.body))?.get(witness)
    if (found === undefined) throw new DecodeError('MALFORMED', 'the answer has no cosignature of its key')
    this.#size = shown.size
    this.last = { size: shown.size, time: found.time }
    cosigned(shown.size, cosignatureLine(witness, found))
  }

  async #ask({ size, note }: ShownCheckpoint): Promise<WitnessAnswer> {
    const { witness, ask, read } = this.#parts
    const oldSize = Math.min(this.#size, size)
    const proof = await consistencyProof(oldSize, size, nodesFromTiles(size, read))
    return ask(witness.url, formatAddCheckpoint({ oldSize, proof, note }))
  }
}
