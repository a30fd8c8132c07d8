/** `@inpigritas/client`: builds, signs and submits actions, waits for them, queries and subscribes, in Node and browsers. `ictl` uses it too. */
export type { KeyKind, PublicKey, SecretKey } from '../crypto/key.ts'
export { generateKey } from '../keys/generate.ts'
export { fromPem, toPem } from '../keys/pem.ts'
export type { SignedAction, SignedRegister, SignedTransfer } from '../ledger/action.ts'
export {
  type AssetInfo,
  addressOf,
  type ChainInfo,
  type Client,
  createClient,
  type Movement,
  type NewAsset,
  type Submitted,
} from './client.ts'
export { ClientError, remedyOf, type SubscribeOptions } from './graphql.ts'
export { newSalt, type Reserved, reserve } from './reserve.ts'
