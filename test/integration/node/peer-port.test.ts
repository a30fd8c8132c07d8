import { randomBytes } from 'node:crypto'
import net from 'node:net'
import tls, { type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytesToHex } from '../../../src/codec/bytes.ts'
import { decodeEvidence } from '../../../src/consensus/codec.ts'
import { checkEvidence } from '../../../src/consensus/evidence.ts'
import { proposalMessage, voteMessage } from '../../../src/consensus/signed-bytes.ts'
import type { Proposal } from '../../../src/consensus/types.ts'
import { signEd25519 } from '../../../src/crypto/ed25519.ts'
import { verifyEd25519 } from '../../../src/crypto/ed25519-verify.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { sha256 } from '../../../src/crypto/hash.ts'
import { actionId } from '../../../src/ledger/action-codec.ts'
import { encodeBody } from '../../../src/ledger/body.ts'
import { chainIdOf, paramsHashOf } from '../../../src/ledger/genesis.ts'
import { type BlockHeader, blockHash, HEADER_VERSION } from '../../../src/ledger/header.ts'
import { formatCheckpoint } from '../../../src/log/checkpoint.ts'
import { cosign } from '../../../src/log/cosignature.ts'
import { originOf } from '../../../src/log/cosigned.ts'
import { FrameReader, framesOf, type Lane, MAX_FRAME_BYTES } from '../../../src/network/frames.ts'
import {
  decodePeerMessage,
  encodePeerMessage,
  laneCaps,
  laneOf,
  type PeerLimits,
  type PeerMessage,
} from '../../../src/network/peer-messages.ts'
import { tlsIdentity } from '../../../src/network/transport-certificate.ts'
import { readEvidence } from '../../../src/storage/evidence.ts'
import { logKeyOf, TestNetwork, transportKeyOf, votingKeyOf } from '../../support/network/peer-nodes.ts'
import { until } from '../../support/shared/until.ts'

/** Four validators of which only 0, 1 and 2 run; attackers take the key of the fourth, or of an observer each. */
const LIAR = 3
let network: TestNetwork
let limits: PeerLimits
const open: { destroy(): void }[] = []

beforeAll(async () => {
  network = await TestNetwork.create(4)
  for (let i = 0; i < 20; i++) network.pinned.push(new Uint8Array(randomBytes(32)))
  limits = { ...network.genesis.limits, validators: 4 }
  await network.startAll(3)
  await network.reach(1, [0, 1, 2])
})
afterAll(async () => {
  for (const socket of open) socket.destroy()
  expect(network.fatal).toEqual([])
  await network.close()
})

/** Dials node 0 over TLS, with a key or without. */
function dial(seed: Uint8Array | undefined): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const identity = seed === undefined ? {} : tlsIdentity(seed)
    const port = network.portOf(0)
    const socket = tls.connect({ ...identity, host: '127.0.0.1', port, rejectUnauthorized: false }, () =>
      resolve(socket),
    )
    socket.on('error', reject)
    socket.resume()
    open.push(socket)
  })
}

let used = 0
/** The key of an observer that has done nothing yet. */
const freshKey = () => network.pinned[used++]!

const isClosed = (socket: net.Socket) =>
  new Promise<boolean>((resolve) => socket.once('close', () => resolve(true)))

function hello(overrides: object = {}): PeerMessage {
  const chainId = chainIdOf(network.genesis)
  const instance = bytesToHex(randomBytes(16))
  return {
    type: 'hello',
    version: 1,
    chainId,
    instance,
    clockMs: Date.now(),
    software: 'attack',
    status: null,
    ...overrides,
  }
}

function say(socket: net.Socket, message: PeerMessage, lane: Lane = 'urgent'): void {
  for (const frame of framesOf(encodePeerMessage(message, limits), lane)) socket.write(frame)
}

async function metric(name: string): Promise<number> {
  const text = await network.nodes[0]!.control.metrics()
  return Number(new RegExp(`^inpigritas_${name} (\\S+)$`, 'm').exec(text)?.[1])
}

/** Whether a connection ends before the node has said anything. */
async function isShutOut(key: Uint8Array): Promise<boolean> {
  const socket = await dial(key)
  const heard = new Promise<boolean>((resolve) => socket.once('data', () => resolve(false)))
  const isOut = await Promise.race([isClosed(socket), heard])
  socket.destroy()
  return isOut
}

/** The others are not affected: blocks go on. */
async function goesOn(): Promise<void> {
  await network.reach(network.height(0) + 2, [0, 1, 2])
}

/** Says hello as a peer, and waits until it was taken in. */
async function enter(seed = freshKey()): Promise<TLSSocket> {
  const socket = await dial(seed)
  say(socket, hello())
  await new Promise<void>((resolve, reject) => {
    // A hello and a ping came: the other side has taken this one in.
    let bytes = 0
    socket.on('data', (chunk) => {
      bytes += chunk.length
      if (bytes > 100) resolve()
    })
    socket.once('close', () => reject(new Error('not let in')))
  })
  return socket
}

describe('the peer port', () => {
  test('rejects a TLS client with no certificate, or with a key that is not pinned', async () => {
    const before = await metric('peer_refused_connections')
    const none = await dial(undefined).catch(() => undefined)
    if (none) await isClosed(none)
    const stranger = await dial(randomBytes(32)).catch(() => undefined)
    if (stranger) await isClosed(stranger)
    await until(async () => (await metric('peer_refused_connections')) >= before + 2)
    await goesOn()
  })

  test('bans a peer of another chain or version, and one that sends no hello', async () => {
    for (const first of [
      hello({ chainId: 1n }),
      hello({ version: 9 }),
      { type: 'get-block', hash: 'ab'.repeat(32) },
    ]) {
      const key = freshKey()
      // Each ban is twice as long as the one before: in the end one is long enough for a slow machine to dial again in time.
      for (let isBanned = false; !isBanned; ) {
        const bans = await metric('peer_bans')
        const socket = await dial(key)
        const closed = isClosed(socket)
        say(socket, first as PeerMessage)
        await closed
        expect(await metric('peer_bans')).toBe(bans + 1)
        isBanned = await isShutOut(key)
      }
    }
    await goesOn()
  })

  test.each([
    ['a frame of an unknown lane', () => new Uint8Array([0, 1, 7, 0])],
    ['an empty frame', () => new Uint8Array([0, 0, 0x80])],
    ['a message of an unknown type', () => new Uint8Array([0, 1, 0x80, 200])],
    ['a message cut short', () => new Uint8Array([0, 2, 0x80, 3, 1])],
    ['a second hello', () => [...framesOf(encodePeerMessage(hello(), limits), 'urgent')][0]!],
  ])('drops a peer that sends %s', async (_, bytes) => {
    const socket = await enter()
    const closed = isClosed(socket)
    socket.write(bytes())
    expect(await closed).toBe(true)
    await goesOn()
  })
})

describe('the peer port under a flood', () => {
  test('drops a peer whose message exceeds the cap before buffering it whole', async () => {
    const socket = await enter()
    const closed = isClosed(socket)
    const memory = process.memoryUsage().rss
    const frame = [...framesOf(new Uint8Array(MAX_FRAME_BYTES), 'bulk')][0]!
    frame[2] = 1
    let sent = 0
    for (; sent < 3_000 && !socket.destroyed; sent++) {
      if (!socket.write(frame))
        await Promise.race([closed, new Promise((resolve) => socket.once('drain', resolve))])
    }
    expect(await closed).toBe(true)
    // 24 MiB and a few frames on the way, of almost 200 offered.
    expect(sent * MAX_FRAME_BYTES).toBeLessThan(64 * 1024 * 1024)
    expect(process.memoryUsage().rss - memory).toBeLessThan(300 * 1024 * 1024)
    await goesOn()
  })

  test('is not blocked by hundreds of silent connections from another address, and closes them', async () => {
    const sockets = Array.from({ length: 300 }, (_, i) => {
      const socket = net.connect({ port: network.portOf(0), host: '127.0.0.1', localAddress: '127.0.0.9' })
      socket.on('error', () => undefined)
      socket.resume()
      // One byte of a TLS record, or nothing.
      if (i % 2) socket.write(new Uint8Array([22]))
      open.push(socket)
      return socket
    })
    const closed = sockets.map(isClosed)
    // A peer still gets in.
    const peer = await enter()
    peer.destroy()
    await goesOn()
    await Promise.all(closed)
  })

  test('reads from a flooding peer at a bounded rate', async () => {
    const socket = await enter()
    const before = await metric('peer_throttled')
    // Six bytes each, so that two readings of the socket bring more than the burst that a peer may send.
    const want = Buffer.concat([...framesOf(encodePeerMessage({ type: 'want', ids: [] }, limits), 'urgent')])
    socket.write(Buffer.concat(Array.from({ length: 100_000 }, () => want)))
    await until(async () => (await metric('peer_throttled')) > before)
    await goesOn()
    socket.destroy()
  })
})

test('a validator that votes twice is reported with evidence that anyone can check, and the others go on', async () => {
  const socket = await enter(transportKeyOf(LIAR))
  const chainId = chainIdOf(network.genesis)
  const view = network.nodes[0]!.node.status().view + 200
  for (const hash of ['11'.repeat(32), '22'.repeat(32)]) {
    const subject = { kind: 'finalize', view, hash } as const
    const signature = signEd25519(votingKeyOf(LIAR), voteMessage(chainId, subject))
    say(socket, {
      type: 'consensus',
      message: { type: 'vote', vote: { ...subject, validator: LIAR, signature } },
    })
  }
  await until(async () => (await readEvidence(network.databases[0]!)).length > 0)
  const [stored] = await readEvidence(network.databases[0]!)
  expect(stored).toMatchObject({ validator: LIAR, view, kind: 'votes' })
  const keys = network.genesis.validators.map(({ votingKey }) => votingKey)
  const accused = checkEvidence(
    {
      chainId,
      validators: 4,
      verify: (i, message, signature) => verifyEd25519(keys[i]!, message, signature),
    },
    decodeEvidence(stored!.bytes),
  )
  expect(accused).toBe(LIAR)
  expect(await metric('evidence')).toBe(1)
  await goesOn()
  socket.destroy()
})

/** A proposal of the liar, in the next view that it leads: signed and with the hash of its body, whatever the body is. */
function lie(body: Uint8Array): Proposal {
  const { view } = network.nodes[0]!.node.status()
  const { genesis } = network
  const later = view + 4
  const header: BlockHeader = {
    version: HEADER_VERSION,
    chainId: chainIdOf(genesis),
    paramsHash: paramsHashOf(genesis),
    height: network.height(0) + 4,
    view: later - (later % 4) + LIAR,
    era: Math.floor((Date.now() - genesis.startTime) / genesis.eraMs),
    parentHash: new Uint8Array(32).fill(7),
    proposer: LIAR,
    bodyHash: sha256(body),
    position: 0,
    stateRoot: 1n,
    historyRoot: 1n,
    batchStateRoot: 1n,
    logRoot: new Uint8Array(32),
  }
  const hash = bytesToHex(blockHash(header))
  const signature = signEd25519(votingKeyOf(LIAR), proposalMessage(hash))
  return { header, hash, body, signature, parent: null, skips: [] }
}

/** The messages that a socket receives. */
function hear(socket: TLSSocket, heard: (message: PeerMessage) => void): void {
  const reader = new FrameReader(laneCaps(limits))
  socket.on('data', (chunk) => {
    for (const { message } of reader.push(chunk)) heard(decodePeerMessage(message, limits))
  })
}

/** What a validator says of the log of headers, signed with the log key of `signer`. */
function cosignatureOf(validator: number, signer: number, size: number, root: Uint8Array): PeerMessage {
  const text = formatCheckpoint({ origin: originOf(fieldToHex(chainIdOf(network.genesis))), size, root })
  const { time, signature } = cosign(text, 1_000, (message) => signEd25519(logKeyOf(signer), message))
  return { type: 'cosignatures', size, root, cosignatures: [{ validator, time, signature }] }
}

test('an observer is told what a quorum cosigned, and a validator that cosigns another history is named', async () => {
  const told = new Map<number, number>()
  const observer = await enter()
  hear(observer, (message) => {
    if (message.type === 'cosignatures') told.set(message.size, message.cosignatures.length)
  })
  await until(() => [...told.values()].includes(3))
  observer.destroy()
  // Anyone may pass on what a validator said.
  const stranger = await enter()
  const { size } = network.nodes[0]!.node.status().log
  say(stranger, cosignatureOf(LIAR, LIAR, size! + 1, new Uint8Array(32).fill(9)))
  const saidOf = (i: number) => network.nodes[0]!.node.status().log.validators[i]!
  await until(() => saidOf(LIAR).contradiction !== null)
  expect(saidOf(LIAR).contradiction).toEqual({ size: size! + 1, root: '09'.repeat(32) })
  expect([0, 1, 2].map((i) => saidOf(i).contradiction)).toEqual([null, null, null])
  await until(() => network.nodes[0]!.node.status().log.size! > size! + 1)
  expect(await metric('contradictions')).toBe(1)
  const bans = await metric('peer_bans')
  const closed = isClosed(stranger)
  say(stranger, cosignatureOf(0, LIAR, saidOf(0).size! + 1, new Uint8Array(32)))
  await closed
  expect(await metric('peer_bans')).toBe(bans + 1)
})

test('a leader that signs a body of garbage is banned when it is asked for the body, and nobody repeats it', async () => {
  const bans = await metric('peer_bans')
  const socket = await enter(transportKeyOf(LIAR))
  const closed = isClosed(socket)
  const block = lie(new Uint8Array([1, 2, 3]))
  hear(socket, (message) => {
    if (message.type === 'get-block' && message.hash === block.hash)
      say(socket, { type: 'block', proposal: block }, 'bulk')
  })
  // Before it is asked for, a block is ignored.
  say(socket, { type: 'block', proposal: block }, 'bulk')
  say(socket, { type: 'compact', proposal: { ...block, body: new Uint8Array(32) } }, 'bulk')
  await closed
  expect(await metric('peer_bans')).toBe(bans + 1)
  // A peer that connects is sent every proposal that is held.
  const peer = await enter()
  await goesOn()
  peer.destroy()
})

test.each<[string, () => PeerMessage]>([
  [
    'a vote in the name of a validator',
    () => ({
      type: 'consensus',
      message: {
        type: 'vote',
        vote: { kind: 'skip', view: 9_999, hash: '', validator: 1, signature: new Uint8Array(64) },
      },
    }),
  ],
  [
    'the question of a validator that recovers',
    () => ({ type: 'consensus', message: { type: 'recover', validator: 1, nonce: '00'.repeat(32) } }),
  ],
  [
    'a certificate that nobody signed',
    () => {
      const view = network.nodes[0]!.node.status().view + 10
      const signatures = [0, 1, 2].map((validator) => ({ validator, signature: new Uint8Array(64) }))
      return {
        type: 'consensus',
        message: { type: 'certificate', certificate: { kind: 'skip', view, hash: '', signatures } },
      }
    },
  ],
  [
    'a proposal that its leader did not sign',
    () => ({ type: 'compact', proposal: { ...lie(new Uint8Array(32)), signature: new Uint8Array(64) } }),
  ],
])('an observer that sends %s is banned', async (_, message) => {
  const bans = await metric('peer_bans')
  const socket = await enter()
  const closed = isClosed(socket)
  const sent = message()
  say(socket, sent, laneOf(sent.type))
  await closed
  expect(await metric('peer_bans')).toBe(bans + 1)
})

test('blocks that nobody asked for leave nothing behind: the action in them still spreads', async () => {
  const socket = await enter()
  const asked = new Promise<void>((resolve) => hear(socket, ({ type }) => type === 'want' && resolve()))
  const action = new Uint8Array(100).fill(5)
  const { header } = lie(encodeBody([action]))
  const signatures = [0, 1, 2].map((validator) => ({ validator, signature: new Uint8Array(64) }))
  const certificate = { kind: 'finalize' as const, view: 1, hash: 'ab'.repeat(32), signatures }
  const notes = new Map([[0, 'forged']])
  const blocks = [{ header, hash: '', certificate, body: encodeBody([action]), notes }]
  say(socket, { type: 'blocks', blocks }, 'bulk')
  // On the other lane messages could overtake the blocks: this one is small, and comes after their answer.
  await goesOn()
  say(socket, { type: 'have', ids: [bytesToHex(actionId(action))] })
  await asked
  socket.destroy()
})
