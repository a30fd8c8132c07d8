import { expect, it } from 'vitest'
import { utf8 } from '../../../../src/codec/bytes.ts'
import { signEd25519 } from '../../../../src/crypto/ed25519.ts'
import { fieldToHex } from '../../../../src/crypto/field.ts'
import { sha256 } from '../../../../src/crypto/hash.ts'
import { chainIdOf } from '../../../../src/ledger/genesis.ts'
import { formatCheckpoint } from '../../../../src/log/checkpoint.ts'
import { cosign } from '../../../../src/log/cosignature.ts'
import { COSIGNED_SIZES, originOf } from '../../../../src/log/cosigned.ts'
import type { CosignaturesMessage } from '../../../../src/network/peer-messages.ts'
import { NodeEvents } from '../../../../src/node/events.ts'
import { Cosigning, type CosigningParts } from '../../../../src/node/log/cosigning.ts'
import { logKeysOf } from '../../../../src/node/log/log-keys.ts'
import type { KeptCheckpoint, StoredCheckpoint } from '../../../../src/storage/checkpoints.ts'
import { openLog } from '../../../../src/telemetry/log.ts'
import { CertifiedChain, seedsOf } from '../../../support/certificate/certified-chain.ts'

const { genesis } = new CertifiedChain({ validators: 4 })
const origin = originOf(fieldToHex(chainIdOf(genesis)))
const logSeed = (validator: number) => seedsOf(validator)[2]!
const rootAt = (size: number, history = 'own') => sha256(utf8(`${history} ${size}`))
/** Time of the first start, in seconds. */
const START = 1_000

/** What a validator says of the log at a size. */
function said(validator: number, size: number, history?: string): CosignaturesMessage {
  const root = rootAt(size, history)
  const text = formatCheckpoint({ origin, size, root })
  const own = cosign(text, START + size, (message) => signEd25519(logSeed(validator), message))
  return { type: 'cosignatures', size, root, cosignatures: [{ validator, ...own }] }
}

/** A node of validator 0 that has so many headers, and what it stores. */
function startNode(size: number, kept: readonly StoredCheckpoint[] = []) {
  const node = { size, kept: [] as readonly KeptCheckpoint[], writes: 0 }
  const events = new NodeEvents()
  const parts = {
    options: { genesis, log: openLog('node', 'silent') },
    edges: {
      clock: { now: () => 1_000 * (START + node.size) },
      logKeys: () => logKeysOf(genesis, logSeed(0)),
    },
    store: {
      keepCheckpoints: async (checkpoints: readonly KeptCheckpoint[]) => {
        node.kept = checkpoints
        node.writes++
      },
    },
    kept,
    chain: {
      tip: { hash: '' },
      logAfter: () => ({ frontier: { size: node.size }, root: rootAt(node.size) }),
    },
    events,
    isBehind: () => false,
  }
  const cosigning = new Cosigning(parts as unknown as CosigningParts)
  const grow = () => {
    node.size++
    events.emit('committed', undefined as never, undefined as never)
  }
  return Object.assign(node, { cosigning, grow })
}

/** What a store answers that was given these checkpoints, for a chain whose newest header is at this height. */
const stored = (kept: readonly KeptCheckpoint[], height: number): StoredCheckpoint[] =>
  kept.map((one) => ({ ...one, logRoot: one.size <= height ? rootAt(one.size) : undefined }))

/** Grows to twice as many headers as are kept; a quorum cosigns each, and validator 3 another history at one size. */
async function livedNode() {
  const node = startNode(1)
  for (let i = 1; i < 2 * COSIGNED_SIZES; i++) {
    node.grow()
    for (const validator of [1, 2]) node.cosigning.received(said(validator, node.size))
    if (node.size === COSIGNED_SIZES) node.cosigning.received(said(3, node.size, 'other'))
  }
  await node.cosigning.stop()
  return node
}

it('knows the same checkpoints and contradictions after a start as before', async () => {
  const before = await livedNode()
  const { log, note } = { log: before.cosigning.status(), note: before.cosigning.note() }
  expect(log.size).toBe(2 * COSIGNED_SIZES)
  expect(log.validators.map(({ contradiction }) => contradiction?.size)).toEqual([
    ...[undefined, undefined, undefined],
    COSIGNED_SIZES,
  ])
  expect(before.kept).toHaveLength(COSIGNED_SIZES + 1)
  const after = startNode(before.size, stored(before.kept, before.size - 1))
  expect(after.cosigning.status()).toEqual(log)
  expect(after.cosigning.note()).toBe(note)
  expect(after.cosigning.greeting()).toEqual(before.cosigning.greeting())
  expect(after.cosigning.held).toEqual(before.cosigning.held)
})

it('takes nothing that was stored as it was not signed, and goes on', async () => {
  const before = await livedNode()
  const damaged = stored(before.kept, before.size - 1).map((kept, i) => ({
    ...kept,
    // Another size than the signed one, and no note at all.
    ...(i % 2 === 0 ? { size: kept.size + 1, logRoot: rootAt(kept.size + 1) } : { note: 'damaged' }),
  }))
  const after = startNode(before.size, damaged)
  expect([after.cosigning.status().size, after.cosigning.note()]).toEqual([null, undefined])
  after.grow()
  for (const validator of [1, 2]) after.cosigning.received(said(validator, after.size))
  expect(after.cosigning.status().size).toBe(before.size + 1)
})

it('writes once more for whatever comes during a write', async () => {
  const node = startNode(1)
  for (let i = 0; i < 2; i++) {
    node.grow()
    for (const validator of [1, 2, 3]) node.cosigning.received(said(validator, node.size))
  }
  await node.cosigning.stop()
  // The first quorum of three; then, at once, all four, and the same of the next size.
  expect(node.writes).toBe(2)
  expect(node.kept).toHaveLength(2)
})
