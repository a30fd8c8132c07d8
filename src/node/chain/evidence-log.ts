import { accusedBy } from '../../consensus/evidence.ts'
import type { Evidence } from '../../consensus/types.ts'
import type { Genesis } from '../../ledger/genesis.ts'
import type { Database } from '../../storage/database.ts'
import { insertEvidence } from '../../storage/evidence.ts'
import type { Logger } from '../../telemetry/log.ts'

/** Keeps what validators signed that no honest one signs. PROTOCOL.md, "Equivocation". */
export class EvidenceLog {
  readonly #database: Database
  readonly #validators: Genesis['validators']
  readonly #log: Logger
  /** Equivocations seen since the start. */
  count = 0

  constructor(database: Database, { validators }: Genesis, log: Logger) {
    this.#database = database
    this.#validators = validators
    this.#log = log
  }

  /** Logs and stores one. Storing may fail without harm: evidence changes nothing that the node does. */
  record(evidence: Evidence): void {
    const { validator, view } = accusedBy(evidence)
    const { name } = this.#validators[validator]!
    this.count += 1
    this.#log.error({ validator: name, view, kind: evidence.type }, 'a validator equivocated')
    insertEvidence(this.#database, evidence).catch((err) =>
      this.#log.warn({ err }, 'evidence could not be stored'),
    )
  }
}
