import { DecodeError } from '../codec/error.ts'
import { ARITY, zeroHash } from './merkle.ts'
import type { Poseidon } from './poseidon.ts'

/** A node of a quaternary tree: level 0 has the leaves. */
export interface NodeIndex {
  level: number
  index: number
}

/**
 * The nodes from which the root follows if the leaves at these indexes are known: level by level from the leaves, and within a level in order.
 * A node whose subtree begins at `size` or behind it is empty, so it is left out; and no node occurs twice. PROTOCOL.md, "Certificates of origin".
 * @param indexes increasing, each below `size`
 * @param size leaves below which every leaf that is not empty lies, at most 4^depth
 */
export function* siblingsOf(indexes: readonly number[], size: number, depth: number): Generator<NodeIndex> {
  let known = indexes
  for (let level = 0; level < depth; level++) {
    const width = ARITY ** level
    const parents: number[] = []
    for (let i = 0; i < known.length; ) {
      const parent = Math.floor(known[i]! / ARITY)
      for (let index = parent * ARITY; index < (parent + 1) * ARITY; index++) {
        if (known[i] === index) i++
        else if (index * width < size) yield { level, index }
      }
      parents.push(parent)
    }
    known = parents
  }
}

/**
 * The root that follows from leaves and the siblings that `siblingsOf` names for them.
 * @param leaves increasing by index, at least one, each index below `size`
 * @throws DecodeError `MALFORMED` if there are more or fewer siblings than that
 */
export function multiproofRoot(
  poseidon: Poseidon,
  leaves: readonly (readonly [index: number, leaf: bigint])[],
  size: number,
  depth: number,
  siblings: readonly bigint[],
): bigint {
  let known = leaves
  let next = 0
  for (let level = 0; level < depth; level++) {
    const width = ARITY ** level
    const parents: [number, bigint][] = []
    for (let i = 0; i < known.length; ) {
      const parent = Math.floor(known[i]![0] / ARITY)
      const children: bigint[] = []
      for (let index = parent * ARITY; index < (parent + 1) * ARITY; index++) {
        if (known[i]?.[0] === index) children.push(known[i++]![1])
        else if (index * width >= size) children.push(zeroHash(poseidon, level))
        else children.push(siblings[next++] ?? tooFew())
      }
      parents.push([parent, poseidon.hash(children)])
    }
    known = parents
  }
  if (next !== siblings.length) throw new DecodeError('MALFORMED', 'a proof has more siblings than it needs')
  return known[0]![1]
}

function tooFew(): never {
  throw new DecodeError('MALFORMED', 'a proof has fewer siblings than it needs')
}
