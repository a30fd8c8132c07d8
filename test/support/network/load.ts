import { addressOf, createClient } from '../../../src/client/client.ts'
import type { Client, Submitted } from '../../../src/client/types.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { sha256 } from '../../../src/crypto/hash.ts'
import type { SecretKey } from '../../../src/crypto/key.ts'
import type { SignedAction } from '../../../src/ledger/action.ts'
import { actionHash } from '../../../src/ledger/action-hash.ts'
import { assetIdOf } from '../../../src/ledger/definition.ts'
import { poseidon } from '../crypto/poseidon.ts'

const key = (name: string): SecretKey => ({ kind: 'eddsa', seed: sha256(new TextEncoder().encode(name)) })

/** Rejections that an action gets if one with the same effect was accepted before. */
const TAKEN = new Set(['START_TAKEN', 'STALE_START', 'CODE_TAKEN', 'ASSET_EXISTS'])

/** One node's view of the chain, to be compared with those of other nodes. */
export interface View {
  height: number
  hashes: string[]
  stateRoots: string[]
}

/** Moves units of one asset through one api, one action at a time, and records which actions the api accepted. */
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

  /** Registers and issues an asset, then sends units back to the issuer one by one until `signal` aborts. */
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

  /** An era some eras ahead, because the machine may be busy. */
  async #era(): Promise<number> {
    const { era, delay } = await this.#client.chain()
    return Number(era) + delay + 5
  }

  /** Submits an action, signed anew each time, until a node answers: the api or the node may be down, and the era over when it is back. */
  async #hand(make: () => Promise<SignedAction>, signal: AbortSignal): Promise<void> {
    for (let isFirst = true; !signal.aborted; isFirst = false) {
      const action = await patient(make, signal)
      const result = action && (await patient(() => this.#client.submit(action), signal))
      if (action === undefined || result === undefined) return
      if (result.status === 'ACCEPTED' || result.status === 'FINAL') {
        // If this is not the first attempt, an earlier one may be stored on some node, and either of the two may become final.
        if (isFirst) this.accepted.push(fieldToHex(actionHash(poseidon, action)))
        return
      }
      // An earlier attempt may have been accepted although its answer was lost.
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

/** Block hashes and state roots by height, as one api returns them. */
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

/** Those of these actions that are not final according to one api. */
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

/** The sum of all balances of an asset, mint and retired included, and its cap. The two must be equal. */
export async function supplyOf(client: Client, code: string): Promise<{ sum: bigint; cap: bigint }> {
  const { asset } = await client.query<{
    asset: {
      cap: string
      holdings: { nodes: { balance: string }[] }
      mintHolding: { balance: string }
      retiredHolding: { balance: string } | null
    }
  }>(
    `query ($code: String!) { asset(by: { code: $code }) { cap
      holdings(first: 100) { nodes { balance } } mintHolding { balance } retiredHolding { balance } } }`,
    {
      code,
    },
  )
  const { mintHolding, retiredHolding, holdings } = asset
  const all = [mintHolding, ...(retiredHolding ? [retiredHolding] : []), ...holdings.nodes]
  const sum = all.reduce((total, { balance }) => total + BigInt(balance), 0n)
  return { sum, cap: BigInt(asset.cap) }
}
