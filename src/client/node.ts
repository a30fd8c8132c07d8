/** `inpigritas/client`: the client with the key store, for Node. */

export { fromPem, toPem } from '../keys/encrypted-pem.ts'
export { type KeyInfo, KeyStore, newSecret } from '../keys/key-store.ts'
export * from './index.ts'
