import { createHash } from 'node:crypto'
import { bytesToHex, equalBytes, utf8 } from '../../../../src/codec/bytes.ts'
import type { TreeRoots } from '../../../../src/consensus/types.ts'
import type { Poseidon } from '../../../../src/crypto/poseidon.ts'
import type { LedgerRecord } from '../../../../src/ledger/record.ts'
import { type Rejection, reject } from '../../../../src/ledger/rejection.ts'
import type { Holding } from '../../../../src/ledger/state.ts'
import type { ActionSignature } from '../../../../src/ledger/verify-action.ts'
import type { RunningHasher } from '../../../../src/node/trees/hasher.ts'
import type { BlockDelta } from '../../../../src/node/trees/trees.ts'
import { poseidon as real } from '../../crypto/poseidon.ts'
import type { MemoryDisk } from './memory-store.ts'

/** Bound on the remembered hashes. */
const MAX_HASHES = 20_000
const hashes = new Map<string, bigint>()

/** Poseidon that remembers: the nodes of a simulation hash the same actions. */
export const poseidon: Poseidon = {
  hash(inputs) {
    const key = inputs.map((input) => input.toString(36)).join()
    let hash = hashes.get(key)
    if (hash === undefined) {
      hash = real.hash(inputs)
      if (hashes.size >= MAX_HASHES) hashes.clear()
      hashes.set(key, hash)
    }
    return hash
  },
  hashFour: real.hashFour,
}

/** A stand-in for an action's signature: 96 bytes that depend on its hash. Nobody in a simulation forges it. */
export function cheapActionSignature(hash: bigint): Uint8Array {
  const half = createHash('sha384').update(hash.toString(36)).digest()
  return new Uint8Array([...half, ...half])
}

/** As verifyAction, for `cheapActionSignature`. */
export function verifyCheaply(
  _: Poseidon,
  { signature, publicKey }: ActionSignature,
  hash: bigint,
): Rejection | null {
  return equalBytes(signature, cheapActionSignature(hash))
    ? null
    : reject('BAD_SIGNATURE', { kind: publicKey.kind })
}

/**
 * Roots that are a hash over all changes of holdings and all records up to a block, so that different states have different roots. It works as
 * the hash worker does: as of the tip of the disk, with blocks above it until they are final.
 * @param later answers after a while, as a worker does
 */
export function cheapHasher(disk: MemoryDisk, later: <T>(work: () => T) => Promise<T>): RunningHasher {
  let roots = rootsOf('', { holdings: [], records: [] })
  for (const { records, changes } of disk.blocks)
    roots = rootsOf(`${roots.stateRoot}`, { holdings: [...changes.holdings.values()], records })
  const known = new Map([[bytesToHex(disk.tip.hash), roots]])
  const parents = new Map<string, string>()
  return {
    roots,
    add: ({ hash, parentHash, ...delta }: BlockDelta) =>
      later(() => {
        const parent = known.get(parentHash)
        if (parent === undefined) throw new Error(`block ${hash} is hashed before its parent`)
        const after = rootsOf(`${parent.stateRoot}`, delta)
        known.set(hash, after)
        parents.set(hash, parentHash)
        return { roots: after, ms: 0 }
      }),
    finalize: ({ hash }) =>
      later(() => {
        if (!known.has(hash)) throw new Error(`block ${hash} does not follow the final block`)
        for (let old = parents.get(hash); old !== undefined; old = parents.get(old)) known.delete(old)
      }),
    close: async () => undefined,
  }
}

function rootsOf(
  before: string,
  { holdings, records }: { holdings: readonly Holding[]; records: readonly LedgerRecord[] },
): TreeRoots {
  const changed = [...holdings]
    .sort((a, b) => a.index - b.index)
    .map(({ index, inTotal, outTotal }) => `${index} ${inTotal} ${outTotal}`)
  const appended = records.map(({ hash, position, toStart }) => `${hash} ${position} ${toStart}`)
  const digest = createHash('sha256')
    .update(utf8([before, ...changed, '', ...appended].join('\n')))
    .digest()
  const root = BigInt(`0x${bytesToHex(digest).slice(0, 60)}`)
  return { stateRoot: root, historyRoot: root + 1n, batchStateRoot: root + 2n }
}
