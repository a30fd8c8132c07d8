import { sha256 } from '../crypto/hash.ts'

// The Merkle tree of RFC 6962, section 2.1, with SHA-256. Sizes and indexes are numbers of entries, below 2^53.

const LEAF_PREFIX = Uint8Array.of(0)
const NODE_PREFIX = Uint8Array.of(1)
/** Bytes of a hash. */
export const HASH_BYTES = 32
/** The root of a tree without entries. */
export const EMPTY_ROOT = sha256()

/** The leaf hash of an entry. */
export function entryHash(entry: Uint8Array): Uint8Array {
  return sha256(LEAF_PREFIX, entry)
}

/** The hash of a node with two children. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(NODE_PREFIX, left, right)
}

/** The root over 2^k hashes, the nodes of one level. @throws RangeError if their number is no power of 2 */
export function fullRoot(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 1) return hashes[0]!
  if (hashes.length === 0 || hashes.length % 2 === 1) throw new RangeError('not a full subtree')
  const parents: Uint8Array[] = []
  for (let i = 0; i < hashes.length; i += 2) parents.push(nodeHash(hashes[i]!, hashes[i + 1]!))
  return fullRoot(parents)
}
