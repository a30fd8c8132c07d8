import { DecodeError } from '../codec/error.ts'
import { accountOf } from '../crypto/account.ts'
import type { PublicKey } from '../crypto/key.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { type Rejection, reject } from './rejection.ts'

/** The account of a key, or a rejection BAD_KEY. */
export function accountOrRejection(poseidon: Poseidon, publicKey: PublicKey): bigint | Rejection {
  try {
    return accountOf(poseidon, publicKey)
  } catch (error) {
    return badKey(publicKey, error)
  }
}

/** Converts a DecodeError of a key into the rejection BAD_KEY. Throws any other error again. */
export function badKey(publicKey: PublicKey, error: unknown): Rejection {
  if (!(error instanceof DecodeError)) throw error
  return reject('BAD_KEY', { kind: publicKey.kind, reason: error.message })
}
