import type { KeyKind, PublicKey, SignatureBytes } from '../crypto/key.ts'
import type { AssetDefinition } from './asset.ts'

export type { KeyKind, PublicKey, SignatureBytes }

/** What a transfer says; its hash is what is signed. Field elements are bigints below r. */
export interface Transfer {
  chainId: bigint
  from: bigint
  to: bigint
  assetId: bigint
  /** The sender's outTotal before: the nonce, and the first unit that moves. */
  fromStart: bigint
  amount: bigint
  /** The first era it may enter. */
  era: number
  /** A field element; 0 when there is none. */
  memo: bigint
}

/** A transfer (also an issue, a retirement or a reinstatement) with its signature. */
export interface SignedTransfer {
  type: 'transfer'
  transfer: Transfer
  publicKey: PublicKey
  signature: SignatureBytes
}

/** The registration of an asset with the signature of its issuer. */
export interface SignedRegister {
  type: 'register'
  chainId: bigint
  definition: AssetDefinition
  era: number
  publicKey: PublicKey
  signature: SignatureBytes
}

export type SignedAction = SignedTransfer | SignedRegister

/** What an action did; `kind` in GraphQL. */
export type ActionKind = 'register' | 'issue' | 'transfer' | 'retire' | 'reinstate'
