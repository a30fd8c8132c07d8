/**
 * What Node has and browsers lack, or undefined. Nothing here is imported, so that bundles for browsers hold nothing of Node; callers
 * compute the same without it, only slower.
 */

/** Node's own crypto, by OpenSSL. */
export const nodeCrypto = globalThis.process?.getBuiltinModule?.('node:crypto')

/** The bytes as a string of one character per byte. */
export const latin1: (bytes: Uint8Array) => string =
  typeof Buffer === 'undefined'
    ? (bytes) => String.fromCharCode(...bytes)
    : (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
