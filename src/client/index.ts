/** `@inpigritas/client`: keys, build, sign, submit, wait, subscribe, in Node and in browsers; what `ictl` itself uses. */
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
