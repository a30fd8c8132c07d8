import { type Poseidon, perPoseidon } from './poseidon.ts'

/** Children per node. Every tree of the ledger is quaternary (PROTOCOL.md, "Trees"). */
export const ARITY = 4

const zerosOf = perPoseidon((): bigint[] => [0n])

/** Root of an empty subtree: Z_0 = 0, Z_(l+1) = Poseidon(Z_l, Z_l, Z_l, Z_l). */
export function zeroHash(poseidon: Poseidon, level: number): bigint {
  const zeros = zerosOf(poseidon)
  for (let l = zeros.length; l <= level; l++) {
    const below = zeros[l - 1]!
    zeros.push(poseidon.hash([below, below, below, below]))
  }
  return zeros[level]!
}

/**
 * Computes the root from a leaf and its path. The caller compares it with a trusted root.
 * @param index the leaf's index, 0 <= index < 4^depth
 * @param siblings per level, leaf level first: the node's three siblings, in order
 * @throws RangeError if a level has another number of siblings, or the index is beyond the tree
 */
export function verifyPath(
  poseidon: Poseidon,
  leaf: bigint,
  index: number,
  siblings: readonly (readonly bigint[])[],
): bigint {
  let node = leaf
  let rest = index
  for (const others of siblings) {
    if (others.length !== ARITY - 1) throw new RangeError('a path has three siblings per level')
    const children = [...others]
    children.splice(rest % ARITY, 0, node)
    node = poseidon.hash(children)
    rest = Math.floor(rest / ARITY)
  }
  if (rest !== 0) throw new RangeError('leaf index is beyond the tree')
  return node
}

/**
 * Root of a subtree of this height whose first leaves are given and whose other leaves are empty, e.g. the recordsRoot of a batch.
 * @param base level of the given nodes in the tree, if they are not leaves
 * @throws RangeError if there are more leaves than the subtree can hold
 */
export function subtreeRoot(poseidon: Poseidon, leaves: readonly bigint[], height: number, base = 0): bigint {
  if (leaves.length > ARITY ** height) throw new RangeError('more leaves than the subtree holds')
  let nodes = leaves
  for (let level = 0; level < height; level++) {
    const parents: bigint[] = []
    for (let i = 0; i < nodes.length; i += ARITY) {
      const child = (k: number) => nodes[i + k] ?? zeroHash(poseidon, base + level)
      parents.push(poseidon.hash([child(0), child(1), child(2), child(3)]))
    }
    nodes = parents
  }
  return nodes[0] ?? zeroHash(poseidon, base + height)
}
