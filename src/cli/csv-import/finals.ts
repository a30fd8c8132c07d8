import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../../client/types.ts'
import { Failure } from '../../config/failure.ts'
import { JsonReader } from '../../ledger/json-reader.ts'
import { counted } from '../output.ts'
import type { Task } from './row-signer.ts'
import { GROUP } from './send.ts'

/** Milliseconds between two questions about the same actions. */
export const PAUSE_MS = 300
/** An action of which neither history nor node know in so many questions in a row is lost. One answer may fall between leaving the pool and the history. */
const MAX_UNKNOWN = 5
/** If nothing becomes final for so long, the import ends; the same command goes on. */
const PATIENCE_MS = 600_000

const STATUSES = 'query ($hashes: [String!]!) { submissions(hashes: $hashes) { status } }'
/** Characters of a status, more than any has. */
const MAX_STATUS = 64
const read = new JsonReader('MALFORMED')

/** A row whose own action is in the pool or parked, or final. */
export interface Accepted {
  task: Task
  hash: string
  unknown: number
}

interface FinalsOptions {
  client: Client
  onFinal(accepted: Accepted): void
  /** The actions, at most GROUP, have left the pool and will not become final. */
  onLost(accepted: readonly Accepted[]): Promise<void>
  /** Rows that are not in the pool yet. Default: none. */
  unsent?(): number
  /** Default PATIENCE_MS. */
  patienceMs?: number
  pauseMs: number
}

/** The statuses of actions by hash; null for one that nobody knows. @throws ClientError; RejectionError MALFORMED */
async function statusesOf(client: Client, hashes: readonly string[]): Promise<(string | null)[]> {
  const statuses: (string | null)[] = []
  for (let i = 0; i < hashes.length; i += GROUP) {
    const asked = hashes.slice(i, i + GROUP)
    const { submissions } = await client.query<{ submissions: unknown }>(STATUSES, { hashes: asked })
    const shown = read.list(submissions, 'submissions', asked.length)
    if (shown.length < asked.length) read.fail('submissions', `has fewer than ${asked.length} entries`)
    statuses.push(...shown.map(statusIn))
  }
  return statuses
}

function statusIn(submission: unknown): string | null {
  if (submission === null) return null
  return read.text(read.entries(submission, 'submission').status, 'submission.status', 1, MAX_STATUS)
}

/** The same, of actions that may just be on their way: it asks again about those that nobody knows, MAX_UNKNOWN times in all. */
export async function surelyStatusesOf(
  client: Client,
  hashes: readonly string[],
  pauseMs: number,
): Promise<(string | null)[]> {
  const statuses = await statusesOf(client, hashes)
  for (let times = 1; times < MAX_UNKNOWN; times++) {
    const unknown = statuses.flatMap((status, i) => (status === null ? [i] : []))
    if (unknown.length === 0) break
    await sleep(pauseMs)
    const found = await statusesOf(
      client,
      unknown.map((i) => hashes[i]!),
    )
    for (const [k, i] of unknown.entries()) statuses[i] = found[k]!
  }
  return statuses
}

/** Whether an action is on the chain, or in the pool and applied there. */
export function isTaken(status: string | null): boolean {
  return status === 'FINAL' || status === 'ACCEPTED'
}

/** Watches accepted actions until they are final, the oldest first, while others are still sent. */
export class Finals {
  readonly #options: FinalsOptions
  #waiting: Accepted[] = []
  /** Keys of the rows that wait. */
  readonly #keys = new Set<string>()
  #isEnding = false

  constructor(options: FinalsOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#keys.size
  }

  has(key: string): boolean {
    return this.#keys.has(key)
  }

  add(task: Task, hash: string): void {
    this.#keys.add(task.key)
    this.#waiting.push({ task, hash, unknown: 0 })
  }

  /** Lets `run` return once nothing waits. */
  end(): void {
    this.#isEnding = true
  }

  /** Lets `run` return at once. */
  stop(): void {
    this.#waiting = []
    this.#isEnding = true
  }

  /** Watches until `end` was called and nothing waits. @throws Failure NOT_FINAL */
  async run(): Promise<void> {
    const { patienceMs = PATIENCE_MS, unsent = () => 0 } = this.#options
    this.#isEnding = false
    let heard = performance.now()
    while (!this.#isEnding || this.#waiting.length > 0) {
      // A node that is away takes no rows, so those that are not sent count too.
      const rows = this.#waiting.length + unsent()
      if (rows === 0) heard = performance.now()
      const decided = await this.#ask()
      if (decided > 0) heard = performance.now()
      if (performance.now() - heard > patienceMs) throw notFinal(rows)
      if (decided < GROUP) await sleep(this.#options.pauseMs)
    }
  }

  /** Asks about the oldest. @returns how many were decided */
  async #ask(): Promise<number> {
    const { client, onFinal, onLost } = this.#options
    const asked = this.#waiting.slice(0, GROUP)
    const statuses = await statusesOf(
      client,
      asked.map(({ hash }) => hash),
    )
    const rest: Accepted[] = []
    const lost: Accepted[] = []
    for (const [i, accepted] of asked.entries()) {
      const status = statuses[i]!
      accepted.unknown = status === null ? accepted.unknown + 1 : 0
      const isOpen =
        status === null ? accepted.unknown < MAX_UNKNOWN : status === 'ACCEPTED' || status === 'PARKED'
      if (isOpen) {
        rest.push(accepted)
        continue
      }
      if (status === 'FINAL') onFinal(accepted)
      else lost.push(accepted)
      this.#keys.delete(accepted.task.key)
    }
    if (lost.length > 0) await onLost(lost)
    this.#waiting.splice(0, asked.length, ...rest)
    return asked.length - rest.length
  }
}

function notFinal(rows: number): Failure {
  return new Failure(
    'NOT_FINAL',
    `nothing became final for ${PATIENCE_MS / 60_000} minutes, with ${counted(rows, 'row')} waiting for it`,
    {
      hint: 'look at ictl status; the same command continues where it stopped',
      retry: true,
    },
  )
}
