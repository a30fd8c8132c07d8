import { concatBytes, utf8 } from '../codec/bytes.ts'
import { BoundedCache } from './bounded-cache.ts'
import { decodeEddsaKey, type EddsaKey } from './eddsa.ts'
import { h31 } from './h31.ts'
import type { PublicKey } from './key.ts'
import { type Poseidon, perPoseidon } from './poseidon.ts'
import { parseRsaSpki } from './rsa-spki.ts'

const RSA_ACCOUNT_PREFIX = utf8('inpigritas/account/rsa/v1')

/** Accounts by decoded key. Applying an action needs its signer's account, and hashing the key each time would be slow. */
const eddsaAccountsOf = perPoseidon(() => new WeakMap<EddsaKey, bigint>())
const rsaAccounts = new BoundedCache<bigint>(16_384)

/**
 * The account that a public key stands for: Poseidon(Ax, Ay), or H31 of a tag and the RSA key.
 * @throws DecodeError if the key is not valid and canonical
 */
export function accountOf(poseidon: Poseidon, { kind, bytes }: PublicKey): bigint {
  return kind === 'eddsa' ? eddsaAccount(poseidon, decodeEddsaKey(bytes)) : rsaAccount(bytes)
}

/** The account of an EdDSA key that is known to be valid. */
export function eddsaAccount(poseidon: Poseidon, key: EddsaKey): bigint {
  const eddsaAccounts = eddsaAccountsOf(poseidon)
  let account = eddsaAccounts.get(key)
  if (account === undefined) {
    account = poseidon.hash([key.x, key.y])
    eddsaAccounts.set(key, account)
  }
  return account
}

/** The account of an RSA key. @throws DecodeError if parseRsaSpki rejects it */
export function rsaAccount(spki: Uint8Array): bigint {
  return rsaAccounts.get(spki, () => {
    parseRsaSpki(spki)
    return h31(concatBytes(RSA_ACCOUNT_PREFIX, spki))
  })
}
