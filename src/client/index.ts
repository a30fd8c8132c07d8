/** `inpigritas/client`: keys, build, sign, submit, wait, subscribe; what `ictl` itself uses. */
export type { PublicKey, SecretKey } from '../crypto/signature.ts'
export { type KeyInfo, KeyStore, newSecret } from '../keys/key-store.ts'
export { fromPem, toPem } from '../keys/pkcs8.ts'
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
