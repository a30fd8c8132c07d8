import { ClientError } from '../../../src/client/graphql.ts'
import { accountNamed, inputOf } from '../../../src/client/input.ts'
import type { Client, NotedAction, Submitted } from '../../../src/client/types.ts'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { actionHashes } from '../../../src/ledger/action-hash.ts'
import { assetIdOf, parseDefinition } from '../../../src/ledger/definition.ts'
import { poseidon } from '../crypto/poseidon.ts'

/** An action as an api gets it. */
export interface SentAction {
  hash: string
  era: string
  from?: string
  to?: string
  assetId?: string
  fromStart?: string
  amount?: string
  memo?: string
  definition?: string
}

type Holder = 'from' | 'to'

interface QuotaOfTest {
  budget: string
  used: string
  limit: string
  usedTogether: string | null
  limitTogether: string | null
}

/** A budget of which so much is left to an account, and, if given, to those together that it is one of. */
export function quotaOf(budget: string, left: number, together?: number): QuotaOfTest {
  return {
    ...{ budget, used: '7', limit: `${left + 7}` },
    usedTogether: together === undefined ? null : '9',
    limitTogether: together === undefined ? null : `${together + 9}`,
  }
}

/** After so many questions, parked actions have expired. */
const QUESTIONS_WHILE_PARKED = 8

/**
 * Takes actions as a node does, as far as an import can tell: eras, duplicates, units in their order and no more than there are, parked actions.
 * What it took is final when it is asked about it for the second time.
 */
export class FakeNode {
  era = 10
  /** Before the request with this number, the era goes on by as much. */
  readonly jumps = new Map<number, number>()
  /** Requests that are answered with a failure, before or after their work. */
  readonly lost = new Map<number, 'before' | 'after'>()
  /** Questions about actions, by number, that are answered as if nobody knew of them. */
  readonly blind = new Set<number>()
  /** What it answers about the quota of any address. */
  quota: QuotaOfTest[] | null = ['ASSETS', 'BYTES', 'HOLDINGS'].map((budget) => quotaOf(budget, 1_000_000))
  /** Asset codes whose registration is rejected for good. */
  refuseCode = ''
  /** Address to which nothing may be moved. */
  refuseTo = ''
  readonly accepted: SentAction[] = []
  readonly #codes = new Map<string, string>()
  readonly #final = new Set<string>()
  readonly #assets = new Set<string>()
  /** Units that came to a holding, and that left it. */
  readonly #units = new Map<string, { came: bigint; left: bigint }>()
  readonly #parked = new Map<string, SentAction>()
  #questionsWhileParked = 0
  requests = 0
  questions = 0

  readonly client = {
    chain: async () => ({ chainId: fieldToHex(5n), era: String(this.era), eraMs: 1_000_000, delay: 1 }),
    query: async (document: string, variables: { hashes: string[]; codes?: string[] }) => {
      const { hashes } = variables
      if (document.includes('quota(')) return { quota: this.quota }
      if (document.includes('assets(')) return { assets: { nodes: this.#assetsOf(variables.codes) } }
      if (document.includes('transfers(')) return { transfers: this.#recordsOf(variables.codes!) }
      const isBlind = this.blind.has(this.questions++)
      if (this.#parked.size > 0 && ++this.#questionsWhileParked > QUESTIONS_WHILE_PARKED) this.#parked.clear()
      return { submissions: hashes.map((hash) => (isBlind ? null : this.#statusOf(hash))) }
    },
    submitAll: async (actions: readonly NotedAction[]) => {
      const n = this.requests++
      this.era += this.jumps.get(n) ?? 0
      const lost = this.lost.get(n)
      if (lost === 'before') throw new ClientError('API_UNREACHABLE', 'gone')
      const hashes = actionHashes(
        poseidon,
        actions.map(({ action }) => action),
      )
      const answers = actions.map(({ action }, i) =>
        this.#take({ ...inputOf(action), hash: fieldToHex(hashes[i]!) } as unknown as SentAction),
      )
      if (lost === 'after') throw new ClientError('API_UNREACHABLE', 'gone')
      return answers
    },
  } as unknown as Client

  forgetMoves(): void {
    this.#units.clear()
  }

  /** What was taken, in order, as texts: the code of the asset, where units came from and where they went. */
  moves(nameOf: (address: string) => string): string[] {
    return this.accepted
      .filter(({ definition }) => definition === undefined)
      .map(
        ({ assetId, from, to, amount }) =>
          `${this.#codes.get(assetId!)} ${nameOf(from!)} ${nameOf(to!)} ${amount}`,
      )
  }

  /** The assets with these codes, by default the first. */
  #assetsOf(codes: readonly string[] | undefined) {
    return [...this.#codes]
      .filter(([, code], i) => codes?.includes(code) ?? i === 0)
      .map(([assetId, code]) => {
        const records = this.accepted.filter((one) => this.#idOf(one) === assetId)
        const { cap } = JSON.parse(records.find(({ definition }) => definition !== undefined)!.definition!)
        return { code, assetId, cap, transfers: { totalCount: `${records.length}` } }
      })
  }

  /** All that was taken of these assets, as one page. */
  #recordsOf(codes: readonly string[]) {
    const nodes = this.accepted.flatMap((one, position) => {
      const code = this.#codes.get(this.#idOf(one))!
      if (!codes.includes(code)) return []
      const kind = one.definition === undefined ? 'TRANSFER' : 'REGISTER'
      const sides = { from: addressed(one.from), to: addressed(one.to) }
      return [{ ...one, ...sides, position: `${position}`, kind, asset: { code } }]
    })
    return { nodes, pageInfo: { hasNextPage: false, endCursor: null } }
  }

  #idOf({ assetId, definition }: SentAction): string {
    return assetId ?? fieldToHex(assetIdOf(poseidon, parseDefinition(JSON.parse(definition!))))
  }

  #statusOf(hash: string): { status: string } | null {
    if (this.#final.has(hash)) return { status: 'FINAL' }
    if (this.accepted.some((one) => one.hash === hash)) {
      this.#final.add(hash)
      return { status: 'ACCEPTED' }
    }
    return [...this.#parked.values()].some((one) => one.hash === hash) ? { status: 'PARKED' } : null
  }

  #take(sent: SentAction): Submitted {
    const { hash } = sent
    if (this.accepted.some((one) => one.hash === hash)) return { hash, status: 'ACCEPTED', rejection: null }
    const slot = `${sent.from}/${sent.assetId}/${sent.fromStart}`
    if (Number(sent.era) < this.era + 1 && this.#parked.get(slot)?.hash !== hash)
      return rejected('ERA_TOO_SOON')
    const code = sent.definition === undefined ? this.#refuseMove(sent) : this.#refuseAsset(sent.definition)
    if (code === 'AHEAD' && !this.#parked.has(slot)) this.#parked.set(slot, sent)
    if (code === 'AHEAD') return this.#ahead(sent, this.#parked.get(slot)!.hash === hash)
    if (code !== undefined) return rejected(code)
    this.#parked.delete(slot)
    this.#apply(sent)
    return { hash, status: 'ACCEPTED', rejection: null }
  }

  /** Applies an action, and those that were parked behind it. */
  #apply(sent: SentAction): void {
    this.accepted.push(sent)
    if (sent.definition !== undefined) return
    this.#holding(sent, 'from').left += BigInt(sent.amount!)
    this.#holding(sent, 'to').came += BigInt(sent.amount!)
    const slot = `${sent.from}/${sent.assetId}/${this.#holding(sent, 'from').left}`
    const next = this.#parked.get(slot)
    this.#parked.delete(slot)
    if (next !== undefined && this.#refuseMove(next) === undefined) this.#apply(next)
  }

  #refuseAsset(text: string): string | undefined {
    const definition = parseDefinition(JSON.parse(text))
    const id = fieldToHex(assetIdOf(poseidon, definition))
    if (definition.code === this.refuseCode) return 'CODE_TAKEN'
    if (this.#assets.has(id)) return 'ASSET_EXISTS'
    this.#assets.add(id)
    this.#codes.set(id, definition.code)
    return undefined
  }

  #refuseMove(sent: SentAction): string | undefined {
    if (!this.#assets.has(sent.assetId!)) return 'UNKNOWN_ASSET'
    if (sent.to === this.refuseTo) return 'QUOTA_EXCEEDED'
    const holding = this.#holding(sent, 'from')
    if (BigInt(sent.fromStart!) > holding.left) return 'AHEAD'
    if (BigInt(sent.fromStart!) < holding.left) return 'STALE_START'
    const isShort = sent.from !== 'MINT' && holding.came - holding.left < BigInt(sent.amount!)
    return isShort ? 'INSUFFICIENT_BALANCE' : undefined
  }

  #ahead(sent: SentAction, isParked: boolean): Submitted {
    const data = { expected: `${this.#holding(sent, 'from').left}`, got: sent.fromStart! }
    const rejection = { code: 'STALE_START', message: 'STALE_START', data }
    return { hash: sent.hash, status: isParked ? 'PARKED' : 'REJECTED', rejection }
  }

  #holding(sent: SentAction, side: Holder): { came: bigint; left: bigint } {
    const name = `${sent[side]}/${sent.assetId}`
    let units = this.#units.get(name)
    if (units === undefined) {
      units = { came: 0n, left: 0n }
      this.#units.set(name, units)
    }
    return units
  }
}

function rejected(code: string): Submitted {
  return { hash: null, status: 'REJECTED', rejection: { code, message: code, data: {} } }
}

/** An account as an api shows it: mint and retired units have addresses as well. */
function addressed(name: string | undefined) {
  return { address: name === undefined ? undefined : encodeAddress(accountNamed(name)) }
}
