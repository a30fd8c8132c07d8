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
  const { nodes, used } = knownNodes(poseidon, leaves, size, depth, siblings)
  if (used !== siblings.length) throw new DecodeError('MALFORMED', 'a proof has more siblings than it needs')
  return nodes[0]![1]
}

/**
 * The nodes of a level that follow from leaves and the first of their siblings, by index, and how many siblings that took.
 * @param leaves as for `multiproofRoot`
 * @param onChildren hears of the children of each parent on the way
 * @throws DecodeError `MALFORMED` if there are fewer siblings than that
 */
export function knownNodes(
  poseidon: Poseidon,
  leaves: readonly (readonly [index: number, leaf: bigint])[],
  size: number,
  top: number,
  siblings: readonly bigint[],
  onChildren: (level: number, parent: number, children: bigint[]) => void = () => {},
): { nodes: readonly (readonly [index: number, node: bigint])[]; used: number } {
  let known = leaves
  let next = 0
  for (let level = 0; level < top; level++) {
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
      onChildren(level, parent, children)
      parents.push([parent, poseidon.hash(children)])
    }
    known = parents
  }
  return { nodes: known, used: next }
}

/**
 * The path of each leaf: on each level, leaf level first, the four children among which it, or the node above it, is.
 * @param leaves as for `multiproofRoot`
 * @returns by index of the leaf
 * @throws DecodeError `MALFORMED` if there are fewer siblings than that
 */
export function multiproofPaths(
  poseidon: Poseidon,
  leaves: readonly (readonly [index: number, leaf: bigint])[],
  size: number,
  depth: number,
  siblings: readonly bigint[],
): Map<number, bigint[][]> {
  const families = Array.from({ length: depth }, () => new Map<number, bigint[]>())
  knownNodes(poseidon, leaves, size, depth, siblings, (level, parent, children) =>
    families[level]!.set(parent, children),
  )
  return new Map(
    leaves.map(([index]) => [
      index,
      families.map((byParent, level) => byParent.get(Math.floor(index / ARITY ** (level + 1)))!),
    ]),
  )
}

function tooFew(): never {
  throw new DecodeError('MALFORMED', 'a proof has fewer siblings than it needs')
}
