import { createHmac, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPrivateFile, makePrivateFolder } from '../../config/files.ts'
import { eddsaAccount } from '../../crypto/account.ts'
import { encodeAddress } from '../../crypto/address.ts'
import { checkedMultiply } from '../../crypto/checked-multiply.ts'
import { eddsaPublicKey, eddsaPublicPoint, type MultiplyBase, signEddsaAll } from '../../crypto/eddsa.ts'
import type { PublicKey, SecretKey } from '../../crypto/key.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'

/** A name in the file, and the key that was derived for it. */
export interface Party {
  name: string
  key: Extract<SecretKey, { kind: 'eddsa' }>
  publicKey: PublicKey
  account: bigint
  address: string
}

/** Parties whose keys are kept in memory; those of others are derived again. */
const MAX_KEPT = 20_000

/** Keys of all parties of imports, derived from one secret (mode 0600), so that a name always has the same account. */
export class Parties {
  /** The key that issues everything imported. */
  readonly issuer: Party
  readonly #poseidon: Poseidon
  readonly #multiply: MultiplyBase = checkedMultiply()
  readonly #secret: Uint8Array
  readonly #known = new Map<string, Party>()

  /** `folder` holds the secret, which the first import makes; of several at once, one. */
  constructor(poseidon: Poseidon, folder: string) {
    this.#poseidon = poseidon
    const path = join(folder, 'secret')
    makePrivateFolder(folder)
    this.#secret = readSecret(path)
    this.issuer = this.#derive('issuer', 'import issuer')
  }

  of(name: string): Party {
    const known = this.#known.get(name)
    if (known) return known
    const party = this.#derive(`party/${name}`, name)
    if (this.#known.size >= MAX_KEPT) this.#known.delete(this.#known.keys().next().value!)
    this.#known.set(name, party)
    return party
  }

  /** The signatures of actions' hashes, each by its party, in their order. */
  signAll(actions: readonly { party: Party; hash: bigint }[]): Uint8Array[] {
    const toSign = actions.map(({ party, hash }) => ({ seed: party.key.seed, message: hash }))
    return signEddsaAll(this.#poseidon, toSign, this.#multiply)
  }

  #derive(label: string, name: string): Party {
    const seed = new Uint8Array(
      createHmac('sha256', this.#secret).update(`inpigritas/import/v1/${label}`).digest(),
    )
    const key: Party['key'] = { kind: 'eddsa', seed }
    const publicKey: PublicKey = { kind: 'eddsa', bytes: eddsaPublicKey(seed, this.#multiply) }
    const account = eddsaAccount(this.#poseidon, eddsaPublicPoint(seed, this.#multiply))
    return { name, key, publicKey, account, address: encodeAddress(account) }
  }
}

function readSecret(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    createPrivateFile(path, randomBytes(32))
    return new Uint8Array(readFileSync(path))
  }
}
