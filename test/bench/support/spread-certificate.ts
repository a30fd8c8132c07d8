import type { Certificate } from '../../../src/certificate/certificate.ts'
import { makeCertificate } from '../../../src/certificate/make.ts'
import { ARITY, zeroHash } from '../../../src/crypto/merkle.ts'
import { siblingsOf } from '../../../src/crypto/multiproof.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import { recordHash } from '../../../src/ledger/hashes.ts'
import { decodeHeader, encodeHeader } from '../../../src/ledger/header.ts'
import { HISTORY_DEPTH, MINT } from '../../../src/ledger/params.ts'
import { CertifiedChain } from '../../support/certificate/certified-chain.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { eddsaKey, rsaKey } from '../../support/ledger/ledger-world.ts'

/** Records of the history. */
export const HISTORY_SIZE = 4 ** 10
/** Stands for each record that is not in the certificate: only the number of siblings matters. */
const OTHER = 12_345n

/** The certificate of where a unit came from that moved `hops` times, with its records spread evenly over a long history. */
export async function spreadCertificate(
  hops: number,
  kind: 'eddsa' | 'rsa',
): Promise<{ certificate: Certificate; genesis: Genesis }> {
  const keys = kind === 'rsa' ? [rsaKey(), rsaKey()] : [eddsaKey('ann'), eddsaKey('bea')]
  const chain = new CertifiedChain({ keys })
  const [ann, bea] = keys
  const { id: asset } = chain.register(ann!, 'THING', [], { cap: '1' })
  chain.move(ann!, MINT, ann!.account, asset, 1n)
  for (let i = 1; i < hops; i++) {
    const [from, to] = i % 2 ? [ann!, bea!] : [bea!, ann!]
    chain.move(from, from.account, to.account, asset, 1n)
  }
  const made = await makeCertificate(chain.source(), { asset, direction: 'BACKWARD' })
  const records = made.records.map((record, i) => ({ ...record, position: placeOf(i, made.records.length) }))
  const hashes = new Map(
    chain.world.records.map((record) => [record.position, recordHash(poseidon, record, made.chainId)]),
  )
  const leaves = records.map(({ position }, i) => [position, hashes.get(made.records[i]!.position)!] as const)
  const tree = new SparseTree(leaves)
  const header = {
    ...decodeHeader(made.header),
    position: HISTORY_SIZE,
    historyRoot: tree.node(HISTORY_DEPTH, 0),
  }
  const positions = records.map(({ position }) => position)
  const certificate = {
    ...made,
    header: encodeHeader(header),
    finality: chain.finality(header),
    records,
    history: [...siblingsOf(positions, HISTORY_SIZE, HISTORY_DEPTH)].map(({ level, index }) =>
      tree.node(level, index),
    ),
  }
  return { certificate, genesis: chain.genesis }
}

/** Evenly spread, and never in one group of four with another: no path is shorter than it would be among others' records. */
const placeOf = (i: number, count: number): number => Math.floor(((i + 0.5) * HISTORY_SIZE) / count)

/** The history tree of HISTORY_SIZE records of which all but a few are equal. */
class SparseTree {
  readonly #known: Map<number, bigint>[]
  readonly #others: bigint[]

  constructor(leaves: readonly (readonly [number, bigint])[]) {
    this.#known = [new Map(leaves)]
    this.#others = [OTHER]
    for (let level = 1; level <= HISTORY_DEPTH; level++) {
      const below = this.#others.at(-1)!
      this.#others.push(poseidon.hash([below, below, below, below]))
      const parents = new Set([...this.#known[level - 1]!.keys()].map((index) => Math.floor(index / ARITY)))
      const children = (index: number) =>
        [0, 1, 2, 3].map((child) => this.node(level - 1, ARITY * index + child))
      this.#known.push(new Map([...parents].map((index) => [index, poseidon.hash(children(index))])))
    }
  }

  node(level: number, index: number): bigint {
    if (index * ARITY ** level >= HISTORY_SIZE) return zeroHash(poseidon, level)
    return this.#known[level]!.get(index) ?? this.#others[level]!
  }
}
