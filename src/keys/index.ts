/** The key store, for Node: keys in encrypted files, and PEM under a passphrase. */
export type { KeyKind, PublicKey, SecretKey } from '../crypto/key.ts'
export { fromPem, toPem } from './encrypted-pem.ts'
export { type KeyInfo, KeyStore, newSecret } from './key-store.ts'
