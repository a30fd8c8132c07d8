import { setTimeout as sleep } from 'node:timers/promises'
import { fieldToHex } from '../../../../src/crypto/field.ts'
import type { SignedTransfer } from '../../../../src/ledger/action.ts'
import { encodeAction } from '../../../../src/ledger/action-codec.ts'
import { assetIdOf } from '../../../../src/ledger/definition.ts'
import { chainIdOf } from '../../../../src/ledger/genesis.ts'
import { poseidon } from '../../crypto/poseidon.ts'
import {
  definitionOf,
  eddsaKey,
  signRegister,
  signTransfer,
  type TestKey,
} from '../../ledger/ledger-world.ts'
import type { ProcessNetwork } from '../process-network.ts'

/** Accounts of honest clients, one for each honest node, and of those that flood. */
export const HONEST = Array.from({ length: 3 }, (_, i) => eddsaKey(`honest ${i}`))
export const FLOODERS = Array.from({ length: 12 }, (_, i) => eddsaKey(`flooder ${i}`))
export const HONEST_ASSET = definitionOf(HONEST[0]!, { code: 'COFFEE', cap: '1000000' })
export const FLOOD_ASSET = definitionOf(FLOODERS[0]!, { code: 'FLOOD', cap: '100000000' })
const [HONEST_ID, FLOOD_ID] = [HONEST_ASSET, FLOOD_ASSET].map((asset) => assetIdOf(poseidon, asset)) as [
  bigint,
  bigint,
]

const LOOK_MS = 100
const FLOOD_MS = 100
/** Signed actions of each flooding client per turn, forged copies of each, and registrations by new keys per turn. */
const PER_TURN = 2
const COPIES = 6
const REGISTRATIONS = 1

/** How long an honest client's action took from the answer ACCEPTED until it was final on all honest nodes. */
export interface Finality {
  atMs: number
  ms: number
  eras: number
}

/** What an honest client tells, and how long it may have to wait. */
export interface HonestParts {
  maxWaitMs: number
  onFinal(finality: Finality): void
  onBreach(what: string): void
}

/** One honest client at node `i`: signs, submits and waits until the action is final on all nodes, again and again. */
export async function runHonestClient(
  network: ProcessNetwork,
  i: number,
  signal: AbortSignal,
  parts: HonestParts,
): Promise<void> {
  const { genesis, nodes } = network
  const key = HONEST[i]!
  for (let start = 0n; !signal.aborted; ) {
    const action = transferOf(network, key, HONEST[(i + 1) % HONEST.length]!, HONEST_ID, start)
    const { status, hash, rejection } = await nodes[i]!.control.submit(encodeAction(action))
    if (rejection?.code === 'ERA_TOO_SOON') continue
    if (status !== 'ACCEPTED')
      return parts.onBreach(`an honest action is ${status}: ${rejection?.code} ${rejection?.message}`)
    const atMs = performance.now()
    const isFinal = async () => {
      const all = await Promise.all(nodes.map(({ control }) => control.submission(hash)))
      return all.every((one) => one?.status === 'FINAL')
    }
    while (!(await isFinal())) {
      if (signal.aborted) return
      if (performance.now() - atMs > parts.maxWaitMs)
        return parts.onBreach(`an honest action is not final after ${parts.maxWaitMs} ms`)
      await sleep(LOOK_MS)
    }
    const ms = performance.now() - atMs
    parts.onFinal({ atMs, ms, eras: ms / genesis.eraMs })
    start += 1n
  }
}

/**
 * A client with as many free keys as it likes, at node `i`: fills the pool with zero-cost transfers in circles, registrations and forged actions.
 * @returns how many were rejected, by code
 */
export async function runFlood(
  network: ProcessNetwork,
  i: number,
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const { control } = network.nodes[i]!
  const mine = FLOODERS.filter((_, at) => at % network.nodes.length === i)
  const codes = new Map<string, number>()
  const submit = async (bytes: Uint8Array) => {
    const { status, rejection } = await control.submit(bytes)
    const code = rejection?.code ?? status
    codes.set(code, (codes.get(code) ?? 0) + 1)
  }
  for (let n = 0; !signal.aborted; n++) {
    const names = mine.map(({ account }) => ({
      account: fieldToHex(account),
      assetId: fieldToHex(FLOOD_ID),
    }))
    const starts = await control.nextStarts(names)
    const actions = mine.flatMap((key, at) =>
      Array.from({ length: PER_TURN }, (_, k) =>
        transferOf(network, key, mine[(at + 1) % mine.length]!, FLOOD_ID, starts[at]! + BigInt(k)),
      ),
    )
    const registrations = Array.from({ length: REGISTRATIONS }, (_, k) =>
      registrationOf(network, `free ${i}/${n}/${k}`),
    )
    const bytes = [...actions, ...registrations].map(encodeAction)
    const forged = actions.flatMap((action) =>
      Array.from({ length: COPIES }, (_, memo) =>
        encodeAction({ ...action, transfer: { ...action.transfer, memo: BigInt(n * COPIES + memo + 1) } }),
      ),
    )
    await Promise.all([...bytes, ...forged].map(submit))
    await sleep(FLOOD_MS)
  }
  return codes
}

function transferOf(
  network: ProcessNetwork,
  { account, ...key }: TestKey,
  to: TestKey,
  assetId: bigint,
  fromStart: bigint,
): SignedTransfer {
  const { genesis, era } = network
  const chainId = chainIdOf(genesis)
  const movement = { from: account, to: to.account, assetId, fromStart, amount: 1n }
  return signTransfer({ account, ...key }, { chainId, ...movement, era: era + genesis.delay + 1, memo: 0n })
}

function registrationOf(network: ProcessNetwork, name: string) {
  const key = eddsaKey(name)
  const { genesis, era } = network
  const code = `F-${name.replace(/\D+/g, '-')}`.slice(0, 20)
  return signRegister(key, {
    chainId: chainIdOf(genesis),
    definition: definitionOf(key, { code }),
    era: era + genesis.delay + 1,
  })
}
