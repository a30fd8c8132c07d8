/** RSA-PSS with SHA-256, MGF1-SHA-256 and a salt of exactly 32 bytes (RFC 8017, section 8.1.2). */
const RSA_PSS = { name: 'RSA-PSS', hash: 'SHA-256' }
const SALT_BYTES = 32

/**
 * True if `signature` is the key's signature of a message, by the platform's WebCrypto: for browsers, where it needs a secure context (HTTPS,
 * localhost or a file), and Node.
 * @param spki a key that parseRsaSpki accepts
 */
export async function verifyRsaByWebCrypto(
  spki: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const key = await crypto.subtle.importKey('spki', new Uint8Array(spki), RSA_PSS, false, ['verify'])
  const algorithm = { name: RSA_PSS.name, saltLength: SALT_BYTES }
  return crypto.subtle.verify(algorithm, key, new Uint8Array(signature), new Uint8Array(message))
}
