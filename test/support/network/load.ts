import { addressOf, type Client, createClient, type Submitted } from '../../../src/client/client.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { sha256 } from '../../../src/crypto/hash.ts'
import type { SecretKey } from '../../../src/crypto/key.ts'
import type { SignedAction } from '../../../src/ledger/action.ts'
import { actionHash } from '../../../src/ledger/action-hash.ts'
import { assetIdOf } from '../../../src/ledger/definition.ts'
import { poseidon } from '../crypto/poseidon.ts'

const key = (name: string): SecretKey => ({ kind: 'eddsa', seed: sha256(new TextEncoder().encode(name)) })

/** Answers to an action that another with the same effect came before. */
const TAKEN = new Set(['START_TAKEN', 'STALE_START', 'CODE_TAKEN', 'ASSET_EXISTS'])

/** What the nodes of a network say of one chain, to be compared. */
export interface View {
  height: number
  hashes: string[]
  stateRoots: string[]
}

/** One asset moved back and forth through one api, an action at a time; what the api accepted is remembered. */
export class Lane {
  readonly code: string
  readonly accepted: string[] = []
  rejected: Submitted[] = []
  readonly #client: Client
  readonly #issuer: SecretKey
  readonly #holder: SecretKey
  #assetId = 0n

  constructor(url: string, code: string) {
    this.#client = createClient({ url })
    this.code = code
    this.#issuer = key(`${code} issuer`)
    this.#holder = key(`${code} holder`)
  }

  /** Registers, issues, and sends units to the other account one after the other until `signal` aborts. */
  async run(signal: AbortSignal, pauseMs: number): Promise<void> {
    await this.#hand(async () => {
      const register = await this.#client.signRegister(
        this.#issuer,
        { code: this.code, cap: '1000000' },
        await this.#era(),
      )
      this.#assetId = assetIdOf(poseidon, register.definition)
      return register
    }, signal)
    await this.#move({ source: 'MINT', to: addressOf(this.#holder), amount: 500_000n, fromStart: 0n }, signal)
    for (let i = 0n; !signal.aborted; i++) {
      await this.#move({ to: addressOf(this.#issuer), amount: 1n, fromStart: i }, signal)
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }

  async #move(
    movement: { source?: 'MINT'; to: string; amount: bigint; fromStart: bigint },
    signal: AbortSignal,
  ): Promise<void> {
    const who = movement.source === 'MINT' ? this.#issuer : this.#holder
    await this.#hand(
      async () =>
        this.#client.sign(who, {
          asset: this.code,
          assetId: this.#assetId,
          era: await this.#era(),
          ...movement,
        }),
      signal,
    )
  }

  /** Some eras ahead: the machine may be busy. */
  async #era(): Promise<number> {
    const { era, delay } = await this.#client.chain()
    return Number(era) + delay + 5
  }

  /** Hands an action in until something answers: an api or a node may be down, and its era over when they are back. */
  async #hand(make: () => Promise<SignedAction>, signal: AbortSignal): Promise<void> {
    for (let isFirst = true; !signal.aborted; isFirst = false) {
      const action = await patient(make, signal)
      const result = action && (await patient(() => this.#client.submit(action), signal))
      if (action === undefined || result === undefined) return
      if (result.status === 'ACCEPTED' || result.status === 'FINAL') {
        // Of two signed for one start, the other may have been passed on to a node that stored it: either becomes final.
        if (isFirst) this.accepted.push(fieldToHex(actionHash(poseidon, action)))
        return
      }
      // An earlier one may have been taken in though its answer was lost.
      if (!isFirst && TAKEN.has(result.rejection?.code ?? '')) return
      if (result.rejection?.code !== 'ERA_TOO_SOON') {
        this.rejected.push(result)
        return
      }
    }
  }
}

async function patient<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  while (!signal.aborted) {
    try {
      return await work()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  return undefined
}

/** Block hashes and state roots by height, as one api tells them. */
export async function viewOf(client: Client): Promise<View> {
  const hashes: string[] = []
  const stateRoots: string[] = []
  for (let after: string | null = null; ; ) {
    const { blocks }: { blocks: BlockPage } = await client.query(
      'query ($after: String) { blocks(first: 100, after: $after) { nodes { hash stateRoot } pageInfo { endCursor hasNextPage } } }',
      { after },
    )
    for (const { hash, stateRoot } of blocks.nodes) {
      hashes.push(hash)
      stateRoots.push(stateRoot)
    }
    if (!blocks.pageInfo.hasNextPage) return { height: hashes.length - 1, hashes, stateRoots }
    after = blocks.pageInfo.endCursor
  }
}

interface BlockPage {
  nodes: { hash: string; stateRoot: string }[]
  pageInfo: { endCursor: string; hasNextPage: boolean }
}

/** Those of these actions that are not final by one api. */
export async function notFinal(client: Client, hashes: readonly string[]): Promise<string[]> {
  const missing: string[] = []
  for (let at = 0; at < hashes.length; at += 20) {
    const page = hashes.slice(at, at + 20)
    const fields = page.map((hash, i) => `t${i}: transfer(hash: "${hash}") { status }`).join(' ')
    const found = await client.query<Record<string, { status: string } | null>>(`{ ${fields} }`)
    page.forEach((hash, i) => {
      if (found[`t${i}`]?.status !== 'FINAL') missing.push(hash)
    })
  }
  return missing
}

/** Units of an asset by the sum of all balances, mint and retired included, and its cap. */
export async function supplyOf(client: Client, code: string): Promise<{ sum: bigint; cap: bigint }> {
  const { asset } = await client.query<{
    asset: { cap: string; holdings: { nodes: { balance: string }[] } }
  }>('query ($code: String) { asset(code: $code) { cap holdings(first: 100) { nodes { balance } } } }', {
    code,
  })
  const sum = asset.holdings.nodes.reduce((total, { balance }) => total + BigInt(balance), 0n)
  return { sum, cap: BigInt(asset.cap) }
}
