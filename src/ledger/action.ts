import type { KeyKind, PublicKey, SignatureBytes } from '../crypto/key.ts'
import type { AssetDefinition } from './asset.ts'

export type { KeyKind, PublicKey, SignatureBytes }

/** The content of a transfer, whose hash is signed. Field elements are bigints below r. */
export interface Transfer {
  chainId: bigint
  from: bigint
  to: bigint
  assetId: bigint
  /** The sender's outTotal before the transfer. It serves as the nonce, and is the coordinate of the first unit that moves. */
  fromStart: bigint
  amount: bigint
  /** The first era whose block may contain the transfer. */
  era: number
  /** A field element; 0 if there is no memo. */
  memo: bigint
}

/** A transfer with its signature. Issues, retirements and reinstatements are transfers too. */
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

/** The effect of an action; `kind` in GraphQL. */
export type ActionKind = 'register' | 'issue' | 'transfer' | 'retire' | 'reinstate'
