import { accusedBy } from '../../consensus/evidence.ts'
import type { Evidence } from '../../consensus/types.ts'
import type { Genesis } from '../../ledger/genesis.ts'
import type { Logger } from '../../telemetry/log.ts'
import type { NodeStore } from '../store.ts'

/** Keeps what validators signed that no honest one signs. PROTOCOL.md, "Equivocation". */
export class EvidenceLog {
  readonly #store: Pick<NodeStore, 'insertEvidence'>
  readonly #validators: Genesis['validators']
  readonly #log: Logger
  /** Equivocations seen since the start. */
  count = 0

  constructor(store: Pick<NodeStore, 'insertEvidence'>, { validators }: Genesis, log: Logger) {
    this.#store = store
    this.#validators = validators
    this.#log = log
  }

  /** Logs and stores one. Storing may fail without harm: evidence changes nothing that the node does. */
  record(evidence: Evidence): void {
    const { validator, view } = accusedBy(evidence)
    const { name } = this.#validators[validator]!
    this.count += 1
    this.#log.error({ validator: name, view, kind: evidence.type }, 'a validator equivocated')
    this.#store
      .insertEvidence(evidence)
      .catch((err) => this.#log.warn({ err }, 'evidence could not be stored'))
  }
}
