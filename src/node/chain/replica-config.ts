import { equalBytes } from '../../codec/bytes.ts'
import { Failure } from '../../config/failure.ts'
import type { ReplicaConfig } from '../../consensus/types.ts'
import { ed25519PublicKey, signEd25519 } from '../../crypto/ed25519.ts'
import { verifyEd25519 } from '../../crypto/ed25519-verify.ts'
import { sha256 } from '../../crypto/hash.ts'
import { eraClockOf } from '../../ledger/era.ts'
import { chainIdOf, type Genesis, paramsHashOf } from '../../ledger/genesis.ts'

/**
 * What the consensus core needs to know of the chain and of this node.
 * @param votingKey Ed25519 seed, 32 bytes; undefined for an observer
 * @throws Failure NOT_A_VALIDATOR if the genesis does not name the key
 */
export function replicaConfig(genesis: Genesis, votingKey: Uint8Array | undefined): ReplicaConfig {
  const keys = genesis.validators.map((validator) => validator.votingKey)
  return {
    chainId: chainIdOf(genesis),
    paramsHash: paramsHashOf(genesis),
    validators: keys.length,
    self: indexOfValidator(genesis, votingKey),
    ...eraClockOf(genesis),
    baseMs: genesis.baseMs,
    skewMs: genesis.skewMs,
    sign: (message) => {
      if (votingKey === undefined) throw new Error('an observer signs nothing')
      return signEd25519(votingKey, message)
    },
    verify: (validator, message, signature) => verifyEd25519(keys[validator]!, message, signature),
    hashBody: sha256,
  }
}

function indexOfValidator({ validators }: Genesis, votingKey: Uint8Array | undefined): number | undefined {
  if (votingKey === undefined) return undefined
  const own = ed25519PublicKey(votingKey)
  const index = validators.findIndex((validator) => equalBytes(validator.votingKey, own))
  if (index < 0) {
    throw new Failure('NOT_A_VALIDATOR', 'the voting key is none of those in the genesis file', {
      hint: 'use the key that belongs to this chain, or the genesis that names this key; --observer follows without voting',
    })
  }
  return index
}
