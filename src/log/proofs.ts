import { equalBytes } from '../codec/bytes.ts'
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './merkle.ts'

// Inclusion and consistency proofs: RFC 6962, sections 2.1.1 and 2.1.2; their checks are those of RFC 9162, sections 2.1.3.2 and 2.1.4.2.

/** Hashes in a proof: no more than there are levels. C2SP tlog-witness has the same bound. */
export const MAX_PROOF_HASHES = 63

/** The root of the full subtree over the entries from index * 2^height up to, not including, (index + 1) * 2^height. */
export type NodeReader = (height: number, index: number) => Promise<Uint8Array>

/**
 * The siblings on the way from an entry to the root, lowest first.
 * @throws RangeError unless 0 <= index < size
 */
export function inclusionProof(index: number, size: number, read: NodeReader): Promise<Uint8Array[]> {
  checkIndex(index, size)
  return path(index, 0, size, read)
}

/** PATH(m, D[n]) of RFC 6962 over the entries from `start` up to `end`. */
async function path(index: number, start: number, end: number, read: NodeReader): Promise<Uint8Array[]> {
  if (end - start === 1) return []
  const middle = start + splitOf(end - start)
  return index < middle
    ? [...(await path(index, start, middle, read)), await subtree(middle, end, read)]
    : [...(await path(index, middle, end, read)), await subtree(start, middle, read)]
}

/**
 * Shows that a log of `size` entries begins with the `oldSize` entries that it had before. Empty if there is nothing to show.
 * @throws RangeError unless 0 <= oldSize <= size
 */
export async function consistencyProof(
  oldSize: number,
  size: number,
  read: NodeReader,
): Promise<Uint8Array[]> {
  if (!isSize(oldSize) || !isSize(size) || oldSize > size)
    throw new RangeError(`no log of ${size} entries follows one of ${oldSize}`)
  return oldSize === 0 || oldSize === size ? [] : subproof(oldSize, 0, size, true, read)
}

/** SUBPROOF(m, D[n], b) of RFC 6962 over the entries from `start` up to `end`. */
async function subproof(
  old: number,
  start: number,
  end: number,
  isOldTree: boolean,
  read: NodeReader,
): Promise<Uint8Array[]> {
  if (old === end) return isOldTree ? [] : [await subtree(start, end, read)]
  const middle = start + splitOf(end - start)
  return old <= middle
    ? [...(await subproof(old, start, middle, isOldTree, read)), await subtree(middle, end, read)]
    : [...(await subproof(old, middle, end, false, read)), await subtree(start, middle, read)]
}

async function subtree(start: number, end: number, read: NodeReader): Promise<Uint8Array> {
  const count = end - start
  const half = splitOf(count)
  // `start` is a multiple of every power of 2 up to the subtree's size: subtrees are only split at such places.
  if (count === 1 || half * 2 === count) return read(Math.log2(count), start / count)
  const middle = start + half
  return nodeHash(await subtree(start, middle, read), await subtree(middle, end, read))
}

/** The largest power of 2 below n; 1 for n = 1. */
function splitOf(n: number): number {
  let split = 1
  while (split * 2 < n) split *= 2
  return split
}

/** An inclusion proof with what it is about. */
export interface Inclusion {
  index: number
  size: number
  /** Leaf hash of the entry. */
  hash: Uint8Array
  proof: readonly Uint8Array[]
  root: Uint8Array
}

/** Whether the proof shows that the entry with this leaf hash is number `index` of the `size` entries under the root. Never throws. */
export function verifyInclusion({ index, size, hash, proof, root }: Inclusion): boolean {
  if (!isSize(index) || !isSize(size) || index >= size || !areHashes(proof, [hash, root])) return false
  let [own, last, node] = [index, size - 1, hash]
  for (const sibling of proof) {
    if (last === 0) return false
    const isRight = own % 2 === 1 || own === last
    node = isRight ? nodeHash(sibling, node) : nodeHash(node, sibling)
    ;[own, last] = isRight ? skipEven(own, last) : [own, last]
    ;[own, last] = [half(own), half(last)]
  }
  return last === 0 && equalBytes(node, root)
}

/** A consistency proof with what it is about. */
export interface Consistency {
  oldSize: number
  oldRoot: Uint8Array
  size: number
  root: Uint8Array
  proof: readonly Uint8Array[]
}

/** Whether the proof shows that the entries under the new root begin with those under the old one. Never throws. */
export function verifyConsistency({ oldSize, oldRoot, size, root, proof }: Consistency): boolean {
  if (!isSize(oldSize) || !isSize(size) || oldSize > size) return false
  if (oldSize === size && oldSize > 0) return proof.length === 0 && equalBytes(oldRoot, root)
  if (!areHashes(proof, [oldRoot, root])) return false
  if (oldSize === 0)
    return proof.length === 0 && equalBytes(oldRoot, EMPTY_ROOT) && (size > 0 || equalBytes(root, EMPTY_ROOT))
  let [own, last] = [oldSize - 1, size - 1]
  while (own % 2 === 1) [own, last] = [half(own), half(last)]
  // An old tree that is one full subtree is a node of the new one, and not repeated in the proof.
  const [first, ...rest] = own === 0 ? [oldRoot, ...proof] : proof
  if (first === undefined) return false
  let [oldNode, node] = [first, first]
  for (const sibling of rest) {
    if (last === 0) return false
    const isRight = own % 2 === 1 || own === last
    node = isRight ? nodeHash(sibling, node) : nodeHash(node, sibling)
    if (isRight) oldNode = nodeHash(sibling, oldNode)
    ;[own, last] = isRight ? skipEven(own, last) : [own, last]
    ;[own, last] = [half(own), half(last)]
  }
  return last === 0 && equalBytes(oldNode, oldRoot) && equalBytes(node, root)
}

/** Skips the levels at which the last node has no sibling. */
function skipEven(own: number, last: number): [own: number, last: number] {
  let levels = [own, last] as [number, number]
  while (levels[0] % 2 === 0 && levels[0] !== 0) levels = [half(levels[0]), half(levels[1])]
  return levels
}

const half = (n: number) => Math.floor(n / 2)

function isSize(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0
}

function areHashes(proof: readonly Uint8Array[], others: readonly Uint8Array[]): boolean {
  return proof.length <= MAX_PROOF_HASHES && [...proof, ...others].every((hash) => hash.length === HASH_BYTES)
}

function checkIndex(index: number, size: number): void {
  if (!isSize(size) || !isSize(index) || index >= size)
    throw new RangeError(`a log of ${size} entries has none at ${index}`)
}
