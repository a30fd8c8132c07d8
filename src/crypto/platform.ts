/**
 * Node's faster implementations, undefined elsewhere. They are looked up at run time and not imported, so that bundles for browsers contain
 * nothing of Node. Without them, callers compute the same results in plain JavaScript.
 */

/** Node's crypto module, backed by OpenSSL. */
export const nodeCrypto = globalThis.process?.getBuiltinModule?.('node:crypto')

/** The bytes as a string with one character per byte. */
export const latin1: (bytes: Uint8Array) => string =
  typeof Buffer === 'undefined'
    ? (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
    : (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
