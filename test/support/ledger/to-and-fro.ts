import type { SignedAction } from '../../../src/ledger/action.ts'
import type { AssetDefinition } from '../../../src/ledger/asset.ts'
import { assetIdOf } from '../../../src/ledger/definition.ts'
import { MINT } from '../../../src/ledger/params.ts'
import { poseidon } from '../crypto/poseidon.ts'
import { signRegister, signTransfer, type TestKey } from './ledger-world.ts'

/** The registration of a unique thing, its issue, and its moves to and fro: so many hops. */
export function* toAndFro(
  [issuer, other]: readonly [TestKey, TestKey],
  definition: AssetDefinition,
  hops: number,
  { chainId, era }: { chainId: bigint; era: number },
): Generator<SignedAction> {
  yield signRegister(issuer, { chainId, definition, era })
  const common = { chainId, assetId: assetIdOf(poseidon, definition), amount: 1n, era, memo: 0n }
  yield signTransfer(issuer, { ...common, from: MINT, to: issuer.account, fromStart: 0n })
  for (let i = 1; i < hops; i++) {
    const [from, to] = i % 2 ? [issuer, other] : [other, issuer]
    const fromStart = BigInt(Math.floor((i - 1) / 2))
    yield signTransfer(from, { ...common, from: from.account, to: to.account, fromStart })
  }
}
