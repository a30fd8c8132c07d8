import { BoundedCache } from './bounded-cache.ts'
import { decodeEddsaKey, type EddsaKey } from './eddsa.ts'
import { h31 } from './h31.ts'
import type { PublicKey } from './key.ts'
import { type Poseidon, perPoseidon } from './poseidon.ts'
import { parseRsaSpki } from './rsa-spki.ts'

/**
 * Stands in the account of an RSA key where that of an EdDSA key has Ax, and is the x of no point of BabyJubJub. So a proof can tell the two
 * kinds apart, and no account belongs to both. It is the first such H31("inpigritas/account/rsa/" || counter), which has the counter 1.
 * PROTOCOL.md, "Hashes".
 */
export const RSA_TAG = h31('inpigritas/account/rsa/1')

/** RSA accounts to remember, at about 1 KiB each. */
const MAX_RSA_ACCOUNTS = 16_384

/** Accounts by decoded key. Applying an action needs its signer's account, and hashing the key each time would be slow. */
const eddsaAccountsOf = perPoseidon(() => new WeakMap<EddsaKey, bigint>())
const rsaAccountsOf = perPoseidon(() => new BoundedCache<bigint>(MAX_RSA_ACCOUNTS))

/**
 * The account that a public key stands for: Poseidon(Ax, Ay), or Poseidon(RSA_TAG, H31(SPKI)).
 * @throws DecodeError if the key is not valid and canonical
 */
export function accountOf(poseidon: Poseidon, { kind, bytes }: PublicKey): bigint {
  return kind === 'eddsa' ? eddsaAccount(poseidon, decodeEddsaKey(bytes)) : rsaAccount(poseidon, bytes)
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
export function rsaAccount(poseidon: Poseidon, spki: Uint8Array): bigint {
  return rsaAccountsOf(poseidon).get(spki, () => {
    parseRsaSpki(spki)
    return poseidon.hash([RSA_TAG, h31(spki)])
  })
}
