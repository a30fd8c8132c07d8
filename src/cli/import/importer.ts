import { type Client, signed } from '../../client/client.ts'
import { fieldFromHex, fieldToHex } from '../../crypto/field.ts'
import type { SignedAction, SignedRegister, SignedTransfer } from '../../ledger/action.ts'
import type { AssetDefinition } from '../../ledger/asset.ts'
import { assetIdOf, parseDefinition } from '../../ledger/definition.ts'
import { memoOf } from '../../ledger/note.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import type { Journal, Outcome } from './journal.ts'
import type { Parties, Party } from './parties.ts'
import { MINT_SIDE, type Move, type Planner, RETIRED_SIDE, type Work } from './plan.ts'
import type { Row } from './rows.ts'
import { GROUP, type Outgoing, pause, sendGroup } from './send.ts'

/** Requests under way at once; the rows of one asset keep their order. */
const LANES = 16
/** Rows that may wait in a lane before reading pauses. */
const MAX_WAITING = 256
const CLOCK_MS = 400
const HASHES_A_QUERY = 24
const FINAL_TIMEOUT_MS = 600_000

interface Task {
  row: Row
  plan: Work
}

interface Lane {
  tasks: Task[]
  running: Promise<void> | undefined
}

export interface ImportOptions {
  client: Client
  planner: Planner
  parties: Parties
  journal: Journal
  onProgress(done: number, what: string): void
}

/** Signs and sends what the rows of a file say, many assets at a time, and waits until all of it is final. */
export class Importer {
  readonly #options: ImportOptions
  readonly #lanes: Lane[] = Array.from({ length: LANES }, () => ({ tasks: [], running: undefined }))
  readonly #definitions = new Map<string, { definition: AssetDefinition; id: bigint }>()
  /** Assets of which a row was refused by the ledger though it fits the file: nothing can be built on it. */
  readonly #broken = new Map<string, string>()
  readonly #issuer: Party
  #chain = { chainId: 0n, era: 0, delay: 0, readAt: 0 }
  #failure: unknown

  constructor(options: ImportOptions) {
    this.#options = options
    this.#issuer = options.parties.issuer()
  }

  async run(rows: AsyncIterable<Row>, oneAsset: boolean): Promise<void> {
    const { planner, journal } = this.#options
    await this.#readChain()
    for await (const row of rows) {
      const plan = planner.plan(row)
      const ended = journal.outcomes.get(row.number)
      if ('refused' in plan) {
        if (!ended) journal.end(refusal(row, plan.refused))
        continue
      }
      if (plan.register) this.#define(row.asset, plan.register)
      if (ended?.status === 'refused') continue
      planner.commit(row, plan)
      if (ended) continue
      await this.#queue({ row, plan }, oneAsset)
      if (this.#failure) throw this.#failure
    }
    await Promise.all(this.#lanes.map((lane) => lane.running))
    if (this.#failure) throw this.#failure
    journal.flush()
    await this.#untilFinal()
  }

  async #queue(task: Task, oneAsset: boolean): Promise<void> {
    const lane = this.#lanes[oneAsset ? 0 : laneOf(task.row.asset)]!
    lane.tasks.push(task)
    lane.running ??= this.#work(lane)
    while (lane.tasks.length > MAX_WAITING && !this.#failure)
      await new Promise((resolve) => setTimeout(resolve, 5))
  }

  async #work(lane: Lane): Promise<void> {
    try {
      while (lane.tasks.length > 0) await this.#sendNext(lane)
    } catch (error) {
      this.#failure ??= error
    }
    lane.running = undefined
  }

  /** Sends the rows at the head of a lane in one request, and takes off those that came to an end. */
  async #sendNext(lane: Lane): Promise<void> {
    const { client, journal } = this.#options
    await this.#readChain()
    const group: (Outgoing & { task: Task; index: number; last: boolean })[] = []
    for (const task of lane.tasks) {
      const broken = this.#broken.get(task.row.asset)
      if (broken !== undefined && group.length > 0) break
      if (broken !== undefined) {
        lane.tasks.shift()
        this.#end({ ...refusal(task.row, broken) })
        return
      }
      const actions = this.#sign(task)
      if (group.length > 0 && group.length + actions.length > GROUP) break
      actions.forEach((outgoing, i) => {
        group.push({ ...outgoing, task, index: i, last: i === actions.length - 1 })
      })
    }
    journal.flush()
    const { results, again } = await sendGroup(client, group)
    results.forEach(({ status, rejection, hash }, i) => {
      const { task, last } = group[i]!
      if (status === 'REJECTED' || status === 'EXPIRED') {
        this.#broken.set(task.row.asset, rejection?.code ?? 'ERA_EXPIRED')
        lane.tasks.shift()
        this.#end(refusal(task.row, rejection?.code ?? 'ERA_EXPIRED'))
      } else if (last) {
        lane.tasks.shift()
        this.#end({ row: task.row.number, status: 'applied', code: '', hash: hash! })
      }
    })
    if (again === 'new era') {
      const { task, index } = group[results.length]!
      this.#chain.readAt = 0
      await this.#readChain()
      journal.sign(task.row.number, index, this.#nextEra())
    }
    if (again === 'later') await pause()
  }

  #end(outcome: Outcome): void {
    const { journal, onProgress } = this.#options
    journal.end(outcome)
    onProgress(journal.outcomes.size, 'rows sent')
  }

  /** A row's actions, the same each time until an era is changed. */
  #sign({ row, plan }: Task): Outgoing[] {
    const { definition, id } = this.#definitions.get(row.asset)!
    const { chainId } = this.#chain
    const outgoing: Outgoing[] = []
    const era = () => this.#options.journal.eraOf(row.number, outgoing.length, this.#nextEra())
    if (plan.register) {
      const { key, publicKey } = this.#issuer
      const content = { type: 'register' as const, chainId, definition, era: era() }
      outgoing.push({ action: signed<SignedRegister>(key, content, publicKey), note: undefined })
    }
    plan.moves.forEach((move, i) => {
      const note = i === plan.moves.length - 1 ? row.time : undefined
      const action = this.#signMove(move, { chainId, assetId: id, era: era(), memo: memoFor(row, note) })
      outgoing.push({ action, note })
    })
    return outgoing
  }

  #signMove(
    { from, to, fromStart, amount }: Move,
    rest: { chainId: bigint; assetId: bigint; era: number; memo: bigint },
  ): SignedAction {
    const { parties } = this.#options
    const party = typeof from === 'string' ? parties.of(from) : this.#issuer
    const account = from === MINT_SIDE ? MINT : from === RETIRED_SIDE ? RETIRED : party.account
    const receiver = to === RETIRED_SIDE ? RETIRED : parties.of(to as string).account
    const transfer = { ...rest, from: account, to: receiver, fromStart, amount }
    return signed<SignedTransfer>(party.key, { type: 'transfer', transfer }, party.publicKey)
  }

  #define(value: string, asset: Work['register']): void {
    if (this.#definitions.has(value)) return
    const definition = parseDefinition({ madeFrom: [], ...asset, issuer: fieldToHex(this.#issuer.account) })
    this.#definitions.set(value, { definition, id: assetIdOf(definition) })
  }

  #nextEra(): number {
    return this.#chain.era + this.#chain.delay + 1
  }

  async #readChain(): Promise<void> {
    if (Date.now() - this.#chain.readAt < CLOCK_MS) return
    this.#chain.readAt = Date.now()
    const { chainId, era, delay } = await this.#options.client.chain()
    this.#chain = { chainId: fieldFromHex(chainId), era: Number(era), delay, readAt: Date.now() }
  }

  /** Asks for every row's action until it is final. */
  async #untilFinal(): Promise<void> {
    const { journal, onProgress, client } = this.#options
    let waiting = [...journal.outcomes.values()].filter((o) => o.status === 'applied')
    const total = waiting.length
    for (const deadline = Date.now() + FINAL_TIMEOUT_MS; waiting.length > 0 && Date.now() < deadline; ) {
      const open: Outcome[] = []
      for (let i = 0; i < waiting.length; i += HASHES_A_QUERY) {
        const part = waiting.slice(i, i + HASHES_A_QUERY)
        const fields = part.map((o, k) => `t${k}: transfer(hash: "${o.hash}") { status }`).join(' ')
        const answer = await client.query<Record<string, { status: string } | null>>(`{ ${fields} }`)
        open.push(...part.filter((_, k) => answer[`t${k}`]?.status !== 'FINAL'))
        onProgress(total - waiting.length + i - open.length, 'rows final')
        if (open.length >= HASHES_A_QUERY) {
          open.push(...waiting.slice(i + HASHES_A_QUERY))
          break
        }
      }
      waiting = open
      if (waiting.length > 0) await pause()
    }
    for (const { row } of waiting) journal.end({ row, status: 'refused', code: 'ERA_EXPIRED', hash: '' })
    journal.flush()
  }
}

function refusal(row: Row, code: string): Outcome {
  return { row: row.number, status: 'refused', code, hash: '' }
}

/** A memo that is a field element stays one; other text is hashed; without a memo the note's hash. */
function memoFor(row: Row, note: string | undefined): bigint {
  if (row.memo !== undefined && row.memo !== '') {
    return /^0[0-9a-f]{63}$/.test(row.memo) ? fieldFromHex(row.memo) : memoOf(row.memo)
  }
  return note === undefined ? 0n : memoOf(note)
}

function laneOf(asset: string): number {
  let hash = 0
  for (let i = 0; i < asset.length; i++) hash = (Math.imul(hash, 31) + asset.charCodeAt(i)) >>> 0
  return hash % LANES
}
