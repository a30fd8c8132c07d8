import { h31 } from '../../../src/crypto/h31.ts'
import type { HashedAction } from '../../../src/ledger/action-hash.ts'
import { assetIdOf, parseDefinition } from '../../../src/ledger/definition.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import { poseidon } from '../crypto/poseidon.ts'
import { definitionOf, eddsaKey, genesisOf, type TestKey } from '../ledger/ledger-world.ts'
import type { StoredChain } from '../storage/stored-chain.ts'

const [ann, bea, cem] = ['ann', 'bea', 'cem'].map(eddsaKey) as [TestKey, TestKey, TestKey]
const PER_BLOCK = 2_000
/** Transfers of SOLO that have long notes. */
const NOTED = 1_000

/** Texts that a page must not be hurt by: no blanks, another direction, controls, elements. Ledger and names take some of them only. */
const HARD = {
  wide: 'W'.repeat(4_000),
  arabic: 'قهوة من الجبال '.repeat(270),
  controls: `שלום \u202egnirts\u202c \u0000\u001b[31m\n\n<b id="injected">x</b> `.repeat(60),
}

/** What servers and issuers say of a busy chain, whether or not a ledger takes it. */
export const NAMES: ReadonlyMap<bigint, string> = new Map([
  [ann.account, HARD.wide],
  [bea.account, HARD.controls],
  [cem.account, HARD.arabic],
])

/** An account whose name is not shown whole. */
export const named = ann.account

/** Through whom all units of BUSY passed. */
export const busiest = bea.account

/** The widest code and name that the ledger takes. */
export const LONGEST = { code: 'W'.repeat(64), name: 'W'.repeat(128) }

interface Move {
  asset: bigint
  from: TestKey
  to: bigint
  note?: string
}

const definitionsOf = (units: number) => [
  definitionOf(ann, { code: 'BUSY', name: HARD.arabic, cap: `${units}`, metadata: { unit: HARD.wide } }),
  definitionOf(ann, { code: 'SOLO', name: HARD.wide, cap: '1', metadata: { [HARD.arabic]: HARD.controls } }),
  parseDefinition(definitionOf(ann, { ...LONGEST, cap: '1' })),
]

const unitsOf = (moves: number) => Math.floor(moves / 2)

/** The genesis of a chain that has so many moves of BUSY. */
export function busyGenesis(moves: number): Genesis {
  const definitions = definitionsOf(unitsOf(moves))
  return genesisOf({
    limits: { ...genesisOf().limits, openingsPerSigner: PER_BLOCK },
    definitions,
    allocations: definitions.map(({ code, cap }) => ({ to: ann.account, asset: code, amount: BigInt(cap) })),
  })
}

/**
 * Moves units of BUSY one by one: half of them to one account, and each of them from there to an account of its own. SOLO is a single thing that had so
 * many owners. Signatures are left out and hashes made up, which nothing on a page shows.
 * @param moves of BUSY @param owners of SOLO
 * @returns hash of the last transfer, which has a long note if owners are at most NOTED
 */
export async function playBusy(chain: StoredChain, moves: number, owners: number): Promise<bigint> {
  const units = unitsOf(moves)
  const [busy, solo] = definitionsOf(units).map((definition) => assetIdOf(poseidon, definition)) as [
    bigint,
    bigint,
  ]
  const owner = (i: number) => [ann, bea, cem][i % 3]!
  const all: Move[] = [
    ...Array.from({ length: units }, () => ({ asset: busy, from: ann, to: bea.account })),
    ...Array.from({ length: units }, (_, i) => ({ asset: busy, from: bea, to: h31(`holder ${i}`) })),
    ...Array.from({ length: owners - 1 }, (_, i) => ({
      ...{ asset: solo, from: owner(i), to: owner(i + 1).account },
      ...(i < NOTED && { note: i % 2 === 0 ? HARD.arabic : HARD.wide }),
    })),
  ]
  for (let i = 0; i < all.length; i += PER_BLOCK) await commit(chain, all.slice(i, i + PER_BLOCK), i)
  return hashOf(all.length - 1)
}

const hashOf = (index: number): bigint => h31(`busy move ${index}`)

/** @param first index of the first of these moves */
async function commit(chain: StoredChain, moves: readonly Move[], first: number): Promise<void> {
  const era = chain.header.era + 1
  const starts = new Map<string, bigint>()
  const actions = moves.map(({ asset, from, to }, i): HashedAction => {
    const name = `${asset} ${from.account}`
    const fromStart = starts.get(name) ?? chain.state.holding(from.account, asset)?.outTotal ?? 0n
    starts.set(name, fromStart + 1n)
    const { chainId } = chain.rules
    const transfer = { chainId, from: from.account, to, assetId: asset, fromStart, amount: 1n, era, memo: 0n }
    const unsigned = { publicKey: from.publicKey, signature: new Uint8Array(64) }
    return { action: { type: 'transfer', transfer, ...unsigned }, hash: hashOf(first + i) }
  })
  await chain.commit(
    actions,
    moves.map(({ note }) => note),
  )
}
