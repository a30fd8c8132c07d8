import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equalBytes, utf8 } from '../../../src/codec/bytes.ts'
import { append, EMPTY_FRONTIER, type Frontier, logRootOf, type TileRoot } from '../../../src/log/frontier.ts'
import { entryHash, fullRoot } from '../../../src/log/merkle.ts'
import {
  consistencyProof,
  inclusionProof,
  verifyConsistency,
  verifyInclusion,
} from '../../../src/log/proofs.ts'
import { nodesFromTiles, TILE_WIDTH, type Tile } from '../../../src/log/tiles.ts'

const SIZE = 1_200
const hashes = Array.from({ length: SIZE }, (_, i) => entryHash(utf8(`entry ${i}`)))
const frontiers: Frontier[] = [EMPTY_FRONTIER]
const full: TileRoot[] = []
for (const hash of hashes) {
  const next = append(frontiers.at(-1)!, hash)
  frontiers.push(next.frontier)
  full.push(...next.full)
}
const rootAt = (size: number) => logRootOf(frontiers[size]!)
const read = async ({ level, index, width }: Tile) => {
  const level0 = level === 0 ? hashes : full.filter((root) => root.level === level).map(({ hash }) => hash)
  return level0.slice(index * TILE_WIDTH, index * TILE_WIDTH + width)
}
const nodes = (size: number) => nodesFromTiles(size, read)
/** Sizes, more often near the ends of tiles. */
const sizes = fc.oneof(
  fc.integer({ min: 1, max: SIZE }),
  fc.constantFrom(1, 2, 255, 256, 257, 511, 512, 513, 1_024),
)

function damaged(proof: readonly Uint8Array[], at: number): Uint8Array[] {
  return proof.map((hash, i) => (i === at ? hash.map((byte, j) => (j === 7 ? byte ^ 1 : byte)) : hash))
}

describe('the log', () => {
  it('tells of the roots of full tiles, each once and in order', () => {
    expect(full.map(({ level, index }) => [level, index])).toEqual([0, 1, 2, 3].map((index) => [1, index]))
    full.forEach(({ hash, index }) => {
      expect(hash).toEqual(fullRoot(hashes.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH)))
    })
  })

  it('tells of a tile of the second level after 65,536 entries', () => {
    const subtrees = Array.from({ length: 16 }, (_, i) => entryHash(utf8(`${i}`)))
    const almost: Frontier = { size: 65_535, nodes: subtrees }
    const { full: roots, frontier } = append(almost, hashes[0]!)
    expect(roots.map(({ level, index }) => [level, index])).toEqual([
      [1, 255],
      [2, 0],
    ])
    expect(frontier).toEqual({ size: 65_536, nodes: [roots[1]!.hash] })
  })

  it('proves that an entry is in it', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), fc.nat(), async (size, at, part) => {
        const index = at % size
        const inclusion = {
          ...{ index, size, hash: hashes[index]!, root: rootAt(size) },
          proof: await inclusionProof(index, size, nodes(size)),
        }
        expect(verifyInclusion(inclusion)).toBe(true)
        const { proof } = inclusion
        expect(verifyInclusion({ ...inclusion, hash: entryHash(utf8('another')) })).toBe(false)
        expect(verifyInclusion({ ...inclusion, proof: [...proof, rootAt(1)] })).toBe(false)
        if (proof.length === 0) return
        expect(verifyInclusion({ ...inclusion, proof: damaged(proof, part % proof.length) })).toBe(false)
        expect(verifyInclusion({ ...inclusion, proof: proof.slice(1) })).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  it('proves that it only grew', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, sizes, fc.nat(), async (one, other, part) => {
        const [oldSize, size] = [Math.min(one, other), Math.max(one, other)]
        const consistency = {
          ...{ oldSize, size, oldRoot: rootAt(oldSize), root: rootAt(size) },
          proof: await consistencyProof(oldSize, size, nodes(size)),
        }
        expect(verifyConsistency(consistency)).toBe(true)
        const { proof } = consistency
        expect(verifyConsistency({ ...consistency, oldRoot: entryHash(utf8('another')) })).toBe(false)
        expect(verifyConsistency({ ...consistency, root: entryHash(utf8('another')) })).toBe(false)
        expect(verifyConsistency({ ...consistency, proof: [...proof, rootAt(1)] })).toBe(false)
        if (proof.length === 0) return
        expect(verifyConsistency({ ...consistency, proof: damaged(proof, part % proof.length) })).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  it('has one root per size', () => {
    const roots = frontiers.slice(0, 300).map(logRootOf)
    expect(roots.filter((root, i) => roots.findIndex((other) => equalBytes(other, root)) !== i)).toEqual([])
  })

  it('rejects questions about what it has not', async () => {
    await expect(async () => inclusionProof(5, 5, nodes(5))).rejects.toThrow(RangeError)
    await expect(consistencyProof(6, 5, nodes(5))).rejects.toThrow(RangeError)
    await expect(nodes(5)(0, 5)).rejects.toThrow(RangeError)
    await expect(nodes(300)(8, 1)).rejects.toThrow(RangeError)
    const empty = { oldSize: 0, oldRoot: rootAt(0), size: 3, root: rootAt(3), proof: [] }
    expect(verifyConsistency(empty)).toBe(true)
    expect(verifyConsistency({ ...empty, oldRoot: rootAt(1) })).toBe(false)
    expect(verifyConsistency({ ...empty, proof: [rootAt(1)] })).toBe(false)
    const long = { index: 0, size: 1, hash: rootAt(1), root: rootAt(1), proof: Array(64).fill(rootAt(1)) }
    expect(verifyInclusion(long)).toBe(false)
  })
})
