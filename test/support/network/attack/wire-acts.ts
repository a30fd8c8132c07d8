import { randomBytes } from 'node:crypto'
import { bytesToHex } from '../../../../src/codec/bytes.ts'
import { framesOf, MAX_FRAME_BYTES } from '../../../../src/network/frames.ts'
import {
  encodePeerMessage,
  laneCaps,
  laneOf,
  MAX_IDS,
  MAX_TRANSFERS,
  type PeerLimits,
  type PeerMessage,
  type PeerStatus,
} from '../../../../src/network/peer-messages.ts'

/** What an act knows. */
export interface WireScene {
  limits: PeerLimits
  /** The last status that the attacked node sent. */
  status: PeerStatus | null
}

/** What an observer without a shell does on its connection to a node. */
export interface WireAct {
  name: string
  /** Bytes for the node, again and again, as fast as it reads them. */
  bytes(scene: WireScene): Uint8Array[]
  /** It does not read what the node sends. */
  isDeaf?: boolean
  /** It sends only once, and then says nothing. */
  once?: boolean
  /** It hangs up after each time. */
  hangsUp?: boolean
}

const randomHash = () => bytesToHex(randomBytes(32))
const hashes = (count: number) => Array.from({ length: count }, randomHash)
const say = ({ limits }: WireScene, message: PeerMessage): Uint8Array[] => [
  ...framesOf(encodePeerMessage(message, limits), laneOf(message.type)),
]
const repeat = (times: number, one: Uint8Array[]) => Array.from({ length: times }, () => one).flat()
/** A valid certificate's header with another height. */
const lieOf = (status: PeerStatus, ahead: number): PeerStatus => ({
  ...status,
  header: { ...status.header, height: status.header.height + ahead },
})

/** Within the rules, as far as a node can tell, and beyond the budgets. */
export const FLOODS: readonly WireAct[] = [
  { name: 'pings', bytes: (scene) => repeat(10_000, say(scene, { type: 'ping', clockMs: 0, status: null })) },
  {
    name: 'pings with a certificate',
    bytes: (scene) => repeat(1_000, say(scene, { type: 'ping', clockMs: 0, status: scene.status })),
  },
  {
    name: 'requests for stored blocks',
    bytes: (scene) => repeat(500, say(scene, { type: 'get-blocks', from: 1, count: 64 })),
  },
  {
    name: 'requests for stored blocks whose answers it does not read',
    isDeaf: true,
    bytes: (scene) => repeat(500, say(scene, { type: 'get-blocks', from: 1, count: 64 })),
  },
  {
    name: 'requests for blocks that do not exist',
    bytes: (scene) => hashes(500).flatMap((hash) => say(scene, { type: 'get-block', hash })),
  },
  {
    name: 'names of actions that do not exist',
    bytes: (scene) => say(scene, { type: 'have', ids: hashes(MAX_IDS) }),
  },
  {
    name: 'requests for actions that do not exist, and for all names',
    bytes: (scene) => [
      ...say(scene, { type: 'want', ids: hashes(MAX_IDS) }),
      ...say(scene, { type: 'list' }),
    ],
  },
  {
    name: 'unasked actions',
    bytes: (scene) => {
      const actions = Array.from({ length: MAX_TRANSFERS }, () => ({
        bytes: new Uint8Array(randomBytes(1_000)),
        note: undefined,
      }))
      return say(scene, { type: 'actions', actions })
    },
  },
  {
    name: 'unasked blocks',
    bytes: (scene) => {
      if (scene.status === null) return []
      const { header, certificate } = scene.status
      const body = new Uint8Array(scene.limits.maxBodyBytes)
      return say(scene, {
        type: 'blocks',
        blocks: [{ header, hash: '', certificate, body, notes: new Map() }],
      })
    },
  },
  {
    name: 'questions for certificates',
    bytes: (scene) =>
      repeat(2_000, say(scene, { type: 'consensus', message: { type: 'ask', from: 0, to: 2 ** 31 } })),
  },
  {
    name: 'a message that it does not finish',
    once: true,
    bytes: ({ limits }) => {
      const frames = Math.floor(laneCaps(limits).bulk / MAX_FRAME_BYTES)
      const frame = new Uint8Array(3 + MAX_FRAME_BYTES)
      frame.set([MAX_FRAME_BYTES >> 8, MAX_FRAME_BYTES & 0xff, 1])
      return repeat(frames, [frame])
    },
  },
  {
    name: 'reconnections',
    hangsUp: true,
    bytes: (scene) => say(scene, { type: 'ping', clockMs: 0, status: null }),
  },
]

/** Against the rules: each gets it banned. */
export const BREACHES: readonly WireAct[] = [
  { name: 'garbage', bytes: () => [new Uint8Array(randomBytes(1_000))] },
  {
    name: 'a lying status',
    bytes: (scene) =>
      scene.status === null
        ? []
        : say(scene, { type: 'ping', clockMs: 0, status: lieOf(scene.status, 1_000) }),
  },
  {
    name: 'a vote in the name of a validator',
    bytes: (scene) => {
      const vote = { view: 1, hash: '', validator: 0, signature: new Uint8Array(64) }
      return say(scene, { type: 'consensus', message: { type: 'vote', vote: { ...vote, kind: 'skip' } } })
    },
  },
  {
    name: 'a forged certificate',
    bytes: (scene) => {
      if (scene.status === null) return []
      const { certificate } = scene.status
      const forged = { ...certificate, view: certificate.view + 2, hash: randomHash() }
      return say(scene, { type: 'consensus', message: { type: 'certificate', certificate: forged } })
    },
  },
  {
    name: 'a proposal that its leader did not sign',
    bytes: (scene) => {
      if (scene.status === null) return []
      const { header, certificate } = scene.status
      const { view, height } = header
      const next = { ...header, view: view + 1, height: height + 1, proposer: (view + 1) % 4 }
      const proposal = {
        header: next,
        hash: '',
        body: new Uint8Array(),
        signature: new Uint8Array(64),
        parent: { ...certificate, kind: 'notarize' as const },
        skips: [],
      }
      return say(scene, { type: 'compact', proposal })
    },
  },
]
