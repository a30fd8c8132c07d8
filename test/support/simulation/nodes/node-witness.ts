import { Reader } from '../../../../src/codec/binary.ts'
import { bytesToHex, equalBytes, utf8 } from '../../../../src/codec/bytes.ts'
import { equivocate } from '../../../../src/consensus/evidence.ts'
import { quorum } from '../../../../src/consensus/quorum.ts'
import { proposalMessage, voteMessage } from '../../../../src/consensus/signed-bytes.ts'
import type { Vote, Write } from '../../../../src/consensus/types.ts'
import type { LogStatus } from '../../../../src/control/client.ts'
import { fieldToHex } from '../../../../src/crypto/field.ts'
import { chainIdOf } from '../../../../src/ledger/genesis.ts'
import { parseCheckpoint } from '../../../../src/log/checkpoint.ts'
import { cosignedMessage, cosignerKey } from '../../../../src/log/cosignature.ts'
import { keyIdOf, parseNote } from '../../../../src/log/note.ts'
import type { FinalBlock } from '../../../../src/storage/commit-block.ts'
import { cheapSignature } from '../cheap.ts'
import { ASSET, CAP } from './chain.ts'
import type { NodeWorld } from './node-world.ts'
import type { SimNode } from './sim-node.ts'

const RECOVERY_DOMAIN = Buffer.from(utf8('inpigritas/recover/v1'))
/** The spelling of signer.json. */
const NAMES = { notarize: 'notarise', skip: 'skip', finalize: 'finalise' }

/** Checks what nodes make durable, sign and commit. Reports the first breach to the world. */
export class NodeWitness {
  readonly #world: NodeWorld
  readonly #chainId: bigint
  /** What honest validators stored of the messages that they sign, by signed bytes. */
  readonly #stored = new Map<string, Vote | 'proposal'>()
  /** Votes that ever were in a signer.json, as validator/kind/view/hash. */
  readonly #recorded = new Set<string>()
  /** Votes of honest validators that anybody has checked, by validator/view. */
  readonly #seen = new Map<string, Vote[]>()
  readonly #final = new Map<number, string>()
  /** Roots of the log of headers, by size. */
  readonly #logRoots = new Map<number, Uint8Array>()

  constructor(world: NodeWorld) {
    this.#world = world
    this.#chainId = chainIdOf(world.chain.genesis)
  }

  get height(): number {
    return this.#final.size
  }

  persisted(node: SimNode, writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.type === 'vote')
        this.#stored.set(keyOf(node.validator!, voteMessage(this.#chainId, write.vote)), write.vote)
      if (write.type === 'proposal')
        this.#stored.set(keyOf(node.validator!, proposalMessage(write.proposal.hash)), 'proposal')
    }
  }

  recorded(node: SimNode, text: string): void {
    const { chainId, votes } = JSON.parse(text) as { chainId: string; votes: Vote[] }
    if (chainId !== fieldToHex(this.#chainId)) this.#world.breach('a signer.json of another chain')
    for (const { kind, view, hash } of votes) this.#recorded.add(`${node.validator}/${kind}/${view}/${hash}`)
  }

  /** Somebody has checked a signature: if it is an honest validator's, what it signs was durable before, and contradicts nothing. */
  seen(validator: number, message: Uint8Array): void {
    const node = this.#world.nodes[validator]!
    const bytes = Buffer.from(message)
    if (!node.isHonest || bytes.subarray(0, RECOVERY_DOMAIN.length).equals(RECOVERY_DOMAIN)) return
    const vote = this.#stored.get(keyOf(validator, message))
    if (vote === undefined) this.#world.breach(`${node.name} sent what was not in its database`)
    if (vote === undefined || vote === 'proposal') return
    const { kind, view, hash } = vote
    const isRecorded = this.#recorded.has(`${validator}/${NAMES[kind]}/${view}/${hash}`)
    if (!isRecorded && view > node.disk.tip.header.view)
      this.#world.breach(`${node.name} sent a ${kind} vote that was not in its signer.json`)
    const key = `${validator}/${view}`
    const before = this.#seen.get(key) ?? []
    const other = before.find((earlier) => equivocate(earlier, vote))
    if (other) this.#world.breach(`${node.name} voted ${other.kind} and ${kind} in view ${view}`)
    this.#seen.set(key, [...before, vote])
  }

  /** A block is durable: no other may be final at its height, and no unit is made or lost. */
  committed(node: SimNode, { header, hash }: FinalBlock): void {
    const world = this.#world
    world.note(`${node.id} stores block ${header.height}`)
    if (!node.isHonest) return
    const text = bytesToHex(hash)
    const known = this.#final.get(header.height)
    if (known !== undefined && known !== text) world.breach(`two final blocks of height ${header.height}`)
    this.#final.set(header.height, text)
    this.#compareRoot(node, header.height, header.logRoot)
  }

  /** What an honest node says of the log: of no honest validator that it lies, no time that is none, and one history. */
  logged(node: SimNode, { validators }: LogStatus, note: string | null): void {
    for (const [i, { name, time, contradiction }] of validators.entries()) {
      if (contradiction !== null && this.#world.nodes[i]!.isHonest)
        this.#world.breach(`${node.name} says that ${name} has cosigned another history`)
      if (time !== null && Number.isNaN(new Date(1_000 * time).getTime()))
        this.#world.breach(`${node.name} says that ${name} cosigned at ${time}`)
    }
    if (note !== null) this.#shown(node, note)
  }

  /** A checkpoint is shown: each of its signatures is one that the validator made, they are a quorum, and its root is that of all others. */
  #shown(node: SimNode, note: string): void {
    const { validators } = this.#world.chain.genesis
    const { text, signatures } = parseNote(note)
    const { origin, size, root } = parseCheckpoint(text)
    const own = signatures.filter(({ name }) => name === origin)
    const made = validators.filter(({ logKey }, i) => {
      const keyId = keyIdOf(cosignerKey(origin, logKey))
      const line = own.find((one) => equalBytes(one.keyId, keyId))
      if (line === undefined) return false
      const reader = new Reader(line.signature)
      const time = Number(reader.uint(8))
      return equalBytes(reader.fixed(64), cheapSignature(i, cosignedMessage(text, time)))
    })
    if (made.length !== own.length || made.length < quorum(validators.length))
      this.#world.breach(
        `${node.name} shows a checkpoint with ${made.length} of ${own.length} cosignatures valid`,
      )
    this.#compareRoot(node, size, root)
  }

  #compareRoot(node: SimNode, size: number, root: Uint8Array): void {
    const known = this.#logRoots.get(size)
    if (known !== undefined && !equalBytes(known, root))
      this.#world.breach(`${node.name} shows another log of size ${size}`)
    this.#logRoots.set(size, root)
  }

  /** At the end: the states of these nodes, which are at one height, are the same, and hold every unit. */
  compare(nodes: readonly SimNode[]): void {
    const states = nodes.map(({ disk }) => {
      const state = disk.state(0)
      let sum = 0n
      const lines: string[] = []
      for (let index = 0; index < state.holdingCount; index++) {
        const { account, assetId, inTotal, outTotal } = state.holdingAt(index)
        if (outTotal > inTotal) this.#world.breach(`holding ${index} gave ${outTotal} of ${inTotal}`)
        if (assetId === ASSET) sum += inTotal - outTotal
        lines.push(`${account} ${assetId} ${inTotal} ${outTotal}`)
      }
      if (sum !== CAP) this.#world.breach(`there are ${sum} units, and the cap is ${CAP}`)
      return { lines: lines.join(), hash: disk.tip.hash }
    })
    const [first] = states
    const differs = states.some(({ lines, hash }) => lines !== first!.lines || !equalBytes(hash, first!.hash))
    if (differs) this.#world.breach('two honest nodes have different states at one height')
  }
}

function keyOf(validator: number, message: Uint8Array): string {
  return `${validator}/${Buffer.from(message).toString('latin1')}`
}
