/** `@inpigritas/client`: builds, signs and submits actions, waits for them, queries and subscribes, in Node and browsers. `ictl` uses it too. */
export type { KeyKind, PublicKey, SecretKey } from '../crypto/key.ts'
export { generateKey } from '../keys/generate.ts'
export { fromPem, toPem } from '../keys/pem.ts'
export type { SignedAction, SignedRegister, SignedTransfer } from '../ledger/action.ts'
export { addressOf, createClient } from './client.ts'
export { ClientError, remedyOf, type SubscribeOptions } from './graphql.ts'
export { newSalt, type Reserved, reserve } from './reserve.ts'
export type { AssetInfo, ChainInfo, Client, Movement, NewAsset, Submitted } from './types.ts'
