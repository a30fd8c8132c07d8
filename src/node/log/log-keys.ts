import { equalBytes } from '../../codec/bytes.ts'
import { Failure } from '../../config/failure.ts'
import { ed25519PublicKey, signEd25519 } from '../../crypto/ed25519.ts'
import { verifyEd25519 } from '../../crypto/ed25519-verify.ts'
import type { Genesis } from '../../ledger/genesis.ts'

/** The log keys of a chain as one node has them. */
export interface LogKeys {
  /** Index of the validator whose key this node has; undefined if it cosigns nothing. */
  self: number | undefined
  sign(message: Uint8Array): Uint8Array
  verify(validator: number, message: Uint8Array, signature: Uint8Array): boolean
}

/**
 * The log keys of the validators in genesis, and this node's own.
 * @param logKey Ed25519 seed, 32 bytes; undefined for a node that cosigns nothing
 * @throws Failure NOT_A_VALIDATOR if the genesis does not name the key
 */
export function logKeysOf({ validators }: Genesis, logKey: Uint8Array | undefined): LogKeys {
  const own = logKey && ed25519PublicKey(logKey)
  const self = own && validators.findIndex((validator) => equalBytes(validator.logKey, own))
  if (self === -1) {
    throw new Failure('NOT_A_VALIDATOR', 'the log key is none of those in the genesis file', {
      hint: 'use the keys that belong to this chain, or the genesis that names them',
    })
  }
  return {
    self,
    sign: (message) => {
      if (logKey === undefined) throw new Error('this node cosigns nothing')
      return signEd25519(logKey, message)
    },
    verify: (validator, message, signature) =>
      verifyEd25519(validators[validator]!.logKey, message, signature),
  }
}
