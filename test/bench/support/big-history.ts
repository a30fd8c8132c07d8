import { h31 } from '../../../src/crypto/h31.ts'
import type { HashedAction } from '../../../src/ledger/action-hash.ts'
import { assetIdOf } from '../../../src/ledger/definition.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { definitionOf, eddsaKey, genesisOf, type TestKey } from '../../support/ledger/ledger-world.ts'
import type { StoredChain } from '../../support/storage/stored-chain.ts'

const CAP = 1_000_000_000n
const issuer = eddsaKey('issuer')

/** Who takes part in a history that is too long to sign. */
export interface Cast {
  people: TestKey[]
  /** Codes and ids of the assets. */
  assets: { code: string; id: bigint }[]
}

/** A genesis with `assets` assets, each shared out among `people` accounts. */
export function bigGenesis(people: number, assets: number): { genesis: Genesis; cast: Cast } {
  const keys = Array.from({ length: people }, (_, i) => eddsaKey(`person ${i}`))
  const definitions = Array.from({ length: assets }, (_, i) =>
    definitionOf(issuer, { code: `ASSET-${i}`, cap: CAP.toString() }),
  )
  const share = CAP / BigInt(people)
  const allocations = definitions.flatMap(({ code }) =>
    keys.map(({ account: to }) => ({ to, asset: code, amount: share })),
  )
  const ids = definitions.map((definition) => ({
    code: definition.code,
    id: assetIdOf(poseidon, definition),
  }))
  return { genesis: genesisOf({ definitions, allocations }), cast: { people: keys, assets: ids } }
}

/** Commits `count` random transfers, deterministic, by the ledger's own rules; their signatures are left out, their hashes made up. */
export async function playTransfers(
  chain: StoredChain,
  { people, assets }: Cast,
  count: number,
  perBlock = 2_000,
): Promise<void> {
  let seed = 1
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  for (let made = 0; made < count; ) {
    const actions: HashedAction[] = []
    const moved = new Map<string, bigint>()
    while (actions.length < perBlock) {
      const { id } = assets[random(assets.length)]!
      const sender = people[random(people.length)]!
      const [from, to] = [sender.account, people[random(people.length)]!.account]
      const holding = chain.state.holding(from, id)!
      const ahead = moved.get(`${from}:${id}`) ?? 0n
      const amount = BigInt(1 + random(50_000))
      if (from === to || holding.inTotal - holding.outTotal - ahead < amount) continue
      moved.set(`${from}:${id}`, ahead + amount)
      const { chainId } = chain.rules
      const era = chain.header.era + 1
      const fromStart = holding.outTotal + ahead
      const transfer = { chainId, from, to, assetId: id, fromStart, amount, era, memo: 0n }
      const unsigned = { publicKey: sender.publicKey, signature: new Uint8Array(64) }
      actions.push({
        action: { type: 'transfer', transfer, ...unsigned },
        hash: h31(`transfer ${chain.state.position + actions.length}`),
      })
    }
    await chain.commit(actions)
    made += actions.length
  }
}
