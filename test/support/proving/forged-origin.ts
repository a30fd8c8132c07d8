import key from '../../../circuits/generated/origin-4-12.vkey.json' with { type: 'json' }
import { h31 } from '../../../src/crypto/h31.ts'
import { assetOf } from '../../../src/ledger/definition.ts'
import { chainIdOf } from '../../../src/ledger/genesis.ts'
import { decodeHeader } from '../../../src/ledger/header.ts'
import {
  endCommitOf,
  type OriginSignals,
  originMessage,
  originSignalsJson,
} from '../../../src/ledger/origin.ts'
import type { OriginProof } from '../../../src/verify/origin-proof.ts'
import { proofToBytes } from '../../../src/verify/point-bytes.ts'
import type { CertifiedChain } from '../certificate/certified-chain.ts'
import { poseidon } from '../crypto/poseidon.ts'
import { definitionOf, eddsaKey, type TestKey } from '../ledger/ledger-world.ts'
import { signNow } from '../ledger/sign.ts'
import { simulatedGroth16 } from './simulated-proofs.ts'

/** The development key of the circuit that such proofs seem to be of, in snarkjs's format. */
export const forgedOriginKey = key

/** Where the units seem to be. */
const HELD = { holding: 3, unit: 4n }
const SALT = 5n

/**
 * An origin proof of units that nobody has, under the development key of four hops over trees of depth 12, whose secrets are public. It is final.
 * @param holder an RSA key that it names, and that signs it; by default it names nobody
 */
export function forgedOrigin(chain: CertifiedChain, holder?: TestKey): OriginProof {
  const { header, finality } = chain.source()
  const definition = definitionOf(eddsaKey('issuer'), { code: 'FORGED-1', cap: '1000' })
  const { stateRoot, historyRoot } = decodeHeader(header)
  const purpose = 'for you'
  const signals: OriginSignals = {
    ...{
      chainId: chainIdOf(chain.genesis),
      stateRoot,
      historyRoot,
      assetId: assetOf(poseidon, definition, 0).id,
    },
    ...{ length: 10n, serialLo: 0n, serialHi: 1_000n, purpose: h31(purpose) },
    endCommit: endCommitOf(poseidon, { account: holder?.account ?? 6n, ...HELD }, SALT),
    holderProven: holder === undefined ? 1n : 0n,
  }
  const { chainId, length, serialLo, serialHi, endCommit } = signals
  return {
    ...{ chainId, hops: 4, definition, length, serialLo, serialHi, purpose, endCommit },
    ...{ holderProven: holder === undefined, header, finality, later: undefined },
    proof: proofToBytes(simulatedGroth16(originSignalsJson(signals), key)),
    opening: holder && {
      ...{ ...HELD, salt: SALT, spki: holder.publicKey.bytes },
      signature: signNow(holder.secret, 'origin', originMessage(poseidon, signals)),
    },
  }
}
