import { babyjubjub } from '@noble/curves/misc.js'
import { decodeEddsaKey, decodeEddsaSignature } from '../../../src/crypto/eddsa.ts'
import { R, readField } from '../../../src/crypto/field.ts'
import { h31 } from '../../../src/crypto/h31.ts'
import { StateTree, type StateTreeOverlay } from '../../../src/crypto/state-tree.ts'
import { assetOf } from '../../../src/ledger/definition.ts'
import { registerHash, TRANSFER_TAG } from '../../../src/ledger/hashes.ts'
import { type BatchCircuit, batchCircuit, type Circuit } from '../../../src/setup/circuits.ts'
import { poseidon } from '../crypto/poseidon.ts'
import { definitionOf, eddsaKey, rsaKey, type TestKey } from '../ledger/ledger-world.ts'
import { signNow } from '../ledger/sign.ts'
import { type Compiled, compileWhole, type Signals, type TestCircuit } from './compiled-circuit.ts'

/**
 * Forges batches of one slot. The inputs need not be consistent: a circuit that is compiled without its `===` constraints computes
 * a value for every signal from any inputs, and the resulting witness is then checked against the constraints of the real circuit.
 */

/** One slot over a state tree of 64 leaves. The circuit has all rules of a slot and of a batch, and compiles in seconds. */
export const ONE_SLOT: Pick<BatchCircuit, 'file' | 'template' | 'parameters' | 'public'> = {
  file: 'batch.circom',
  template: 'Batch',
  parameters: { height: 0, depth: 3, top: 2 },
  public: batchCircuit(4, 12)!.public,
}

const { depth, top } = ONE_SLOT.parameters
export const CHAIN = 4_711n

export const issuer = eddsaKey('issuer')
export const alice = eddsaKey('alice')
export const bob = eddsaKey('bob')
export const mallory = eddsaKey('mallory')
/** Has an RSA key. */
export const carol = rsaKey()

/** The signals by which a slot opens the asset id of a definition by this issuer. */
const openedBy = (key: TestKey, rest: Parameters<typeof definitionOf>[1] = {}) => {
  const { id, cap, decimals, reinstatable, definitionHash } = assetOf(poseidon, definitionOf(key, rest), 0)
  return {
    assetId: id,
    issuer: key.account,
    cap,
    decimals: BigInt(decimals),
    reinstatable: reinstatable ? 1n : 0n,
    definitionHash,
  }
}

/** Assets of the forgeries, with the signals that open their ids. */
export const lot = openedBy(issuer)
export const carolsLot = openedBy(carol)
export const reinstatableLot = openedBy(issuer, { reinstatable: true })

/** A leaf of the state tree. Its counters may have any value. */
export interface Leaf {
  index: number
  account: bigint
  inTotal: bigint
  outTotal: bigint
}

const leafOf = (assetId: bigint, { account, inTotal, outTotal }: Leaf) =>
  poseidon.hash([account, assetId, (inTotal + (outTotal << 120n)) % R])

/** How a forgery differs from a valid, proven transfer of 5 units from alice to bob. */
export interface Forgery {
  slot?: Record<string, bigint | bigint[]>
  leaves?: Leaf[]
  /** The signer, alice by default, who opens an RSA account with the hash of its key alone; null for no signature. */
  by?: TestKey | null
  /** Public signals that replace those that the circuit computes. */
  claimed?: Record<string, bigint>
  /** Changes the signals of the signature. */
  alter?: (signed: SignatureSignals) => object
  /** What is signed, if not what the kind of the record says. */
  signs?: 'transfer' | 'register'
  /** Signals of the signature that depend on the hash that is signed. */
  finish?: (message: bigint) => object
  /** Signs with other memos until this holds. */
  until?: (signed: SignatureSignals) => boolean
  /** Index of the leaf to which the receiver's path leads, if not its holding. */
  receiverPathTo?: bigint
}

interface SignatureSignals {
  keyEighth: bigint[]
  r8: bigint[]
  s: bigint
  spkiHash: bigint
}

const LEAVES: Leaf[] = [
  { index: 5, account: alice.account, inTotal: 100n, outTotal: 60n },
  { index: 9, account: bob.account, inTotal: 10n, outTotal: 3n },
]

const UNSIGNED: SignatureSignals = { keyEighth: [0n, 1n], r8: [0n, 1n], s: 0n, spkiHash: 0n }

/** The inputs of a forgery: consistent except where it says otherwise. The public signals are those that `forger` computes, unless `claimed`. */
export function inputsOf(
  forger: Forger,
  {
    slot = {},
    leaves = LEAVES,
    by = alice,
    claimed = {},
    alter,
    signs,
    finish,
    until,
    receiverPathTo,
  }: Forgery,
): Record<string, Signals> {
  const content = {
    proven: 1n,
    attested: 0n,
    register: 0n,
    from: alice.account,
    to: bob.account,
    ...lot,
    fromStart: 60n,
    amount: 5n,
    era: 7n,
    memo: 99n,
    toStart: 10n,
    blockEra: 8n,
    fromHolding: 5n,
    toHolding: 9n,
    senderInTotal: 100n,
    receiverOutTotal: 3n,
    ...slot,
  } as Record<string, bigint> & typeof lot
  let signed = signature(by, content, signs)
  for (; until?.(signed) === false; signed = signature(by, content, signs)) content.memo!++
  const { assetId } = content
  const tree = new StateTree(poseidon, depth)
  tree.setLeaves(leaves.map((leaf) => [leaf.index, leafOf(assetId, leaf)]))
  const state = tree.fork()
  const senderPath = pathOf(state, content.fromHolding!)
  if (content.register === 0n) {
    const { from, senderInTotal, fromStart, amount } = content as Record<string, bigint>
    const after = { index: 0, account: from!, inTotal: senderInTotal!, outTotal: fromStart! + amount! }
    state.setLeaves([[Number(content.fromHolding), leafOf(assetId, after)]])
  }
  const receiverPath = pathOf(state, receiverPathTo ?? content.toHolding!)
  const altered = { ...signed, ...alter?.(signed), ...finish?.(messageOf(content, signs)) }
  const slotInputs = { ...altered, ...content, senderPath, receiverPath }
  const inputs: Record<string, Signals> = {
    chainId: CHAIN,
    index: 3n,
    stateRootBefore: tree.root,
    stateRootAfter: 0n,
    recordsRoot: 0n,
    counts: content.proven! + (content.attested! << 32n),
    dataPoint: 321n,
    dataValue: 0n,
    nodes: Array.from({ length: 4 ** (top - 1) }, (_, quad) => fields(tree.quad(depth - top, quad))).flat(),
    ...Object.fromEntries(Object.entries(slotInputs).map(([name, value]) => [name, [value]])),
  }
  const computed = forger.values(inputs)
  return {
    ...inputs,
    stateRootAfter: computed('main.after'),
    recordsRoot: computed('main.records.root'),
    dataValue: computed('main.data.value'),
    ...claimed,
  }
}

/** The hash that the signer of a slot signs. */
function messageOf(
  content: Record<string, bigint>,
  signs: Forgery['signs'] = content.register === 1n ? 'register' : 'transfer',
): bigint {
  if (signs === 'register') return registerHash(poseidon, CHAIN, content.assetId!, Number(content.era))
  const { from, to, assetId, fromStart, amount, era, memo } = content as Record<string, bigint>
  const units = (fromStart! + (amount! << 120n)) % R
  return poseidon.hash([TRANSFER_TAG, CHAIN, from!, to!, assetId!, units, era!, memo!])
}

function signature(
  by: TestKey | null,
  content: Record<string, bigint>,
  signs: Forgery['signs'],
): SignatureSignals {
  if (by === null) return UNSIGNED
  if (by.publicKey.kind === 'rsa') return { ...UNSIGNED, spkiHash: h31(by.publicKey.bytes) }
  const { r8, s } = decodeEddsaSignature(signNow(by.secret, 'transfer', messageOf(content, signs)))!
  const { Point } = babyjubjub
  const key = Point.fromAffine(decodeEddsaKey(by.publicKey.bytes)).multiply(Point.Fn.inv(8n)).toAffine()
  return { ...UNSIGNED, keyEighth: [key.x, key.y], r8: [r8.x, r8.y], s }
}

function pathOf(state: StateTreeOverlay, index: bigint): bigint[][] {
  return Array.from({ length: depth - top }, (_, level) =>
    fields(state.quad(level, Math.floor(Number(index) / 4 ** (level + 1)))),
  )
}

function fields(quad: Uint8Array): bigint[] {
  return Array.from({ length: quad.length / 32 }, (_, i) => readField(quad, 32 * i))
}

/** Computes every signal of a circuit from inputs that its constraints reject. */
export class Forger {
  readonly #lax: TestCircuit
  readonly #wires: Map<string, number>

  private constructor({ circuit, wires }: Compiled) {
    this.#lax = circuit
    this.#wires = wires
  }

  /**
   * Compiles the circuit without any `===`, those in circomlib included, and without simplification, so that every signal keeps its wire. The
   * statements are replaced by blanks, because circom names anonymous components by their position in the source.
   */
  static async of(circuit: Pick<Circuit, 'file' | 'template' | 'parameters' | 'public'>): Promise<Forger> {
    const statement = /^(\s*for \([^)]*\) )?[^/\n]*===.*;.*$/gm
    const edit = (_: string, source: string) =>
      source.replace(statement, (line, loop?: string) =>
        (loop === undefined ? '' : `${loop}{}`).padEnd(line.length),
      )
    return new Forger(await compileWhole(circuit, { level: 'O0', edit }))
  }

  /** The values of the signals that follow from the inputs, by name. */
  values(inputs: Record<string, Signals>): (name: string) => bigint {
    const witness = this.#lax.witness(inputs)!
    return (name) => {
      const wire = this.#wires.get(name)
      if (wire === undefined) throw new Error(`no signal ${name}`)
      return witness[wire]!
    }
  }

  /** The witness of the real circuit with the values of these signals. */
  witness({ wires, constraints }: Compiled, inputs: Record<string, Signals>): bigint[] {
    const values = this.values(inputs)
    const witness = Array.from({ length: constraints.wires }, () => 0n)
    witness[0] = 1n
    for (const [name, wire] of wires) witness[wire] = values(name)
    return witness
  }
}
