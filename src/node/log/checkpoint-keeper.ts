import type { KeptCheckpoint } from '../../storage/checkpoints.ts'
import type { Logger } from '../../telemetry/log.ts'
import type { NodeStore } from '../store.ts'

/**
 * Stores what is known of checkpoints, one write at a time: of the changes that come during a write, only the last is written next. A write that
 * fails is not repeated, because nothing depends on it, and the next one has everything.
 */
export class CheckpointKeeper {
  readonly #store: Pick<NodeStore, 'keepCheckpoints'>
  readonly #log: Logger
  readonly #known: () => readonly KeptCheckpoint[]
  #isDue = false
  #writing: Promise<void> | undefined
  #abort = () => {}
  readonly #aborted = new Promise<void>((resolve) => {
    this.#abort = resolve
  })

  /** @param known what is to be kept at present */
  constructor(
    store: Pick<NodeStore, 'keepCheckpoints'>,
    log: Logger,
    known: () => readonly KeptCheckpoint[],
  ) {
    this.#store = store
    this.#log = log
    this.#known = known
  }

  /** Something has changed. */
  save(): void {
    this.#isDue = true
    this.#writing ??= this.#write()
  }

  /** Resolves once nothing is being written, or it is aborted. */
  async idle(): Promise<void> {
    await Promise.race([this.#writing, this.#aborted])
  }

  /** Lets nobody wait for a database that does not answer. */
  abort(): void {
    this.#abort()
  }

  async #write(): Promise<void> {
    while (this.#isDue) {
      this.#isDue = false
      try {
        await this.#store.keepCheckpoints(this.#known())
      } catch (err) {
        this.#log.warn({ err }, 'checkpoints could not be stored')
      }
    }
    this.#writing = undefined
  }
}
