import { h31 } from '../../../src/crypto/h31.ts'
import type { HashedAction } from '../../../src/ledger/action-hash.ts'
import { assetIdOf } from '../../../src/ledger/definition.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import { poseidon } from '../crypto/poseidon.ts'
import { definitionOf, eddsaKey, genesisOf, type TestKey } from '../ledger/ledger-world.ts'
import type { StoredChain } from './stored-chain.ts'

const [ann, bea, cem] = ['ann', 'bea', 'cem'].map(eddsaKey) as [TestKey, TestKey, TestKey]

/** Who holds all units of WIDE at the end. */
export const lastHolder = cem.account

/** Units of WIDE, which all take the path issue, ann to bea, bea to cem, one by one. */
export const WIDE_UNITS = 7_000
/** Moves of the units of DEEP, which go to and fro between ann and bea, all at once. */
export const DEEP_MOVES = 6_500
const PER_BLOCK = 2_000

const definitions = ['WIDE', 'DEEP'].map((code) => definitionOf(ann, { code, cap: '1000000' }))
export const [wide, deep] = definitions.map((definition) => assetIdOf(poseidon, definition)) as [
  bigint,
  bigint,
]

/** Genesis issues so many units of both assets to ann. */
export function longGenesis(units = WIDE_UNITS): Genesis {
  return genesisOf({
    definitions,
    allocations: definitions.map(({ code }) => ({
      to: ann.account,
      asset: code,
      amount: BigInt(units),
    })),
  })
}

/** Commits 2 * wideUnits + deepMoves moves after that genesis: more than 20,000 by default. Their signatures are left out and their hashes made up, which nothing in a database shows. */
export async function playLongHistory(
  chain: StoredChain,
  wideUnits = WIDE_UNITS,
  deepMoves = DEEP_MOVES,
): Promise<void> {
  const moves: { asset: bigint; from: TestKey; to: TestKey; amount: bigint; fromStart: bigint }[] = []
  const started = new Map<string, bigint>()
  const move = (asset: bigint, from: TestKey, to: TestKey, amount: bigint) => {
    const key = `${asset} ${from.account}`
    const fromStart = started.get(key) ?? 0n
    started.set(key, fromStart + amount)
    moves.push({ asset, from, to, amount, fromStart })
  }
  for (let i = 0; i < wideUnits; i++) move(wide, ann, bea, 1n)
  for (let i = 0; i < wideUnits; i++) move(wide, bea, cem, 1n)
  for (let i = 0; i < deepMoves; i++) move(deep, i % 2 ? bea : ann, i % 2 ? ann : bea, BigInt(wideUnits))
  for (let i = 0; i < moves.length; i += PER_BLOCK) {
    const era = chain.header.era + 1
    await chain.commit(
      moves.slice(i, i + PER_BLOCK).map(({ asset, from, to, amount, fromStart }, k): HashedAction => {
        const parties = { chainId: chain.rules.chainId, from: from.account, to: to.account }
        const transfer = { ...parties, assetId: asset, fromStart, amount, era, memo: 0n }
        const unsigned = { publicKey: from.publicKey, signature: new Uint8Array(64) }
        return { action: { type: 'transfer', transfer, ...unsigned }, hash: h31(`move ${i + k}`) }
      }),
    )
  }
}
