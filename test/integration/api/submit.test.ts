import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/api/limits.ts'
import type { SharedHeights } from '../../../src/api/live/height-feed.ts'
import { bytesToHex } from '../../../src/codec/bytes.ts'
import { Failure } from '../../../src/config/failure.ts'
import type { SubmissionStatus } from '../../../src/control/client.ts'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import type { SignedRegister, SignedTransfer } from '../../../src/ledger/action.ts'
import { decodeAction, encodeAction } from '../../../src/ledger/action-codec.ts'
import type { HashedAction } from '../../../src/ledger/action-hash.ts'
import { canonicalDefinition } from '../../../src/ledger/definition.ts'
import { reject } from '../../../src/ledger/rejection.ts'
import { insertPoolEntries } from '../../../src/storage/pool-store.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { eddsaKey, rsaKey } from '../../support/ledger/ledger-world.ts'

const ann = eddsaKey('ann')
const bea = rsaKey()
const limits = { ...DEFAULT_LIMITS }
let world: ApiWorld
let lot: bigint
/** What the node behind the server was given, and what it answers. */
let given: { bytes: Uint8Array; note: string | undefined }[] = []
let status: SubmissionStatus | undefined

beforeAll(async () => {
  world = await ApiWorld.open({}, { limits })
  lot = await world.lot(ann, 'LOT-1', 1_000n)
  const { control } = world.api.services
  control.submit = async (bytes, note) => {
    given.push({ bytes, note })
    return { hash: pendingHash, status: 'ACCEPTED' }
  }
  control.submission = async () => status
})
beforeEach(() => {
  given = []
  status = undefined
})
let pendingHash = ''

const SUBMIT = `mutation ($input: SignedTransferInput!, $wait: SubmitWait) { submitTransfer(input: $input, wait: $wait) {
  hash status rejection { code message data } transfer { hash status amount position height } } }`

function inputOf({ action }: HashedAction, rest: object = {}) {
  const { transfer, publicKey, signature } = action as SignedTransfer
  return {
    chainId: fieldToHex(transfer.chainId),
    from: encodeAddress(transfer.from),
    to: encodeAddress(transfer.to),
    assetId: fieldToHex(transfer.assetId),
    amount: transfer.amount.toString(),
    fromStart: transfer.fromStart.toString(),
    era: String(transfer.era),
    keyKind: publicKey.kind.toUpperCase(),
    publicKey: bytesToHex(publicKey.bytes),
    signature: bytesToHex(signature),
    ...rest,
  }
}

/** Blocks after which the server asks the node about an action that is not final. */
const BLOCKS_UNASKED = 3

/** Resolves once an answer is there, or waits for a block after the newest one. @returns whether it is there */
async function isAnswered(answer: Promise<unknown>): Promise<boolean> {
  const { heights } = world.api.services as unknown as { heights: SharedHeights }
  let isThere = false
  answer.finally(() => {
    isThere = true
  })
  const isWaiting = () => heights.current === world.chain.header.height && heights.waiting === 1
  await expect.poll(() => isThere || isWaiting()).toBe(true)
  return isThere
}

const gift = (ahead = 0n) => world.move(ann, ann.account, bea.account, lot, 7n, ahead)

describe('submitTransfer', () => {
  it('passes the exact action to the node, with its note', async () => {
    const action = gift()
    pendingHash = fieldToHex(action.hash)
    const { submitTransfer } = await world.data(SUBMIT, { input: inputOf(action, { note: 'hello' }) })
    expect(submitTransfer).toMatchObject({ hash: pendingHash, status: 'ACCEPTED', rejection: null })
    expect(decodeAction(given[0]!.bytes)).toEqual(action.action)
    expect(given[0]!.note).toBe('hello')
  })

  it('accepts MINT and RETIRED as addresses', async () => {
    const action = world.retire(ann, lot, 1n)
    await world.data(SUBMIT, { input: inputOf(action, { to: 'RETIRED' }) })
    expect(decodeAction(given[0]!.bytes)).toEqual(action.action)
  })

  it('waits until the transfer is final', async () => {
    const action = gift()
    pendingHash = fieldToHex(action.hash)
    const answer = world.ask(SUBMIT, { input: inputOf(action), wait: 'FINAL' })
    status = { hash: pendingHash, status: 'ACCEPTED' }
    for (let i = 0; i < 5; i++) {
      expect(await isAnswered(answer)).toBe(false)
      await world.chain.commit([])
    }
    expect(await isAnswered(answer)).toBe(false)
    await world.chain.commit([action])
    expect(await isAnswered(answer)).toBe(true)
    const { data, extensions } = await answer
    expect(data.submitTransfer).toMatchObject({
      status: 'FINAL',
      transfer: { status: 'FINAL', amount: '7', height: String(world.chain.header.height) },
    })
    expect(extensions?.height).toBe(String(world.chain.header.height))
  })

  it('waits until the transfer can no longer become final, or for the server’s maximum', async () => {
    const action = gift()
    pendingHash = fieldToHex(action.hash)
    const expired = world.data(SUBMIT, { input: inputOf(action), wait: 'FINAL' })
    status = { hash: pendingHash, status: 'EXPIRED', rejection: reject('ERA_EXPIRED') }
    for (let i = 0; !(await isAnswered(expired)); i++) {
      expect(i).toBeLessThan(BLOCKS_UNASKED)
      await world.chain.commit([])
    }
    expect((await expired).submitTransfer).toMatchObject({
      status: 'EXPIRED',
      rejection: { code: 'ERA_EXPIRED' },
    })
    status = { hash: pendingHash, status: 'ACCEPTED' }
    limits.waitMs = 100
    const waited = await world.data(SUBMIT, { input: inputOf(action), wait: 'FINAL' })
    expect(waited.submitTransfer).toMatchObject({ hash: pendingHash, status: 'TIMEOUT' })
  })
})

describe('a rejected submitTransfer', () => {
  it('has the code of the malformed input, which never reaches the node', async () => {
    const rejections: [object, string][] = [
      [{ amount: '0' }, 'BAD_AMOUNT'],
      [{ amount: (2n ** 112n).toString() }, 'BAD_AMOUNT'],
      [{ fromStart: (2n ** 120n).toString() }, 'BAD_NUMBER'],
      [{ era: (2n ** 48n).toString() }, 'BAD_NUMBER'],
      [{ from: 'inp1' }, 'BAD_ADDRESS'],
      [{ to: encodeAddress(bea.account).toUpperCase() }, 'BAD_ADDRESS'],
      [{ assetId: 'LOT-1' }, 'MALFORMED'],
      [{ assetId: 'f'.repeat(64) }, 'NOT_CANONICAL'],
      [{ memo: 'AB'.repeat(32) }, 'MALFORMED'],
      [{ publicKey: 'xyz' }, 'MALFORMED'],
      [{ signature: 'ab'.repeat(2_000) }, 'TOO_LARGE'],
    ]
    for (const [wrong, code] of rejections) {
      const { submitTransfer } = await world.data(SUBMIT, { input: inputOf(gift(), wrong) })
      expect([wrong, submitTransfer.status, submitTransfer.rejection.code]).toEqual([wrong, 'REJECTED', code])
    }
    for (const wrong of [{ amount: -5 }, { amount: '-5' }, { amount: 1.5 }, { era: '1e3' }]) {
      const answer = await world.ask(SUBMIT, { input: inputOf(gift(), wrong) })
      expect(answer.errors?.[0]?.extensions.code).toBe('BAD_NUMBER')
    }
    const unknown = await world.ask(SUBMIT, { input: inputOf(gift(), { fee: '1' }) })
    expect(unknown.errors?.[0]?.extensions.code).toBe('BAD_INPUT')
    expect(given).toEqual([])
  })

  it('passes on the node’s rejection, or NODE_UNREACHABLE', async () => {
    const { control } = world.api.services
    const { submit } = control
    control.submit = async () => ({
      hash: pendingHash,
      status: 'REJECTED',
      rejection: reject('STALE_START', { expected: 5n, got: 3n }),
    })
    const { submitTransfer } = await world.data(SUBMIT, { input: inputOf(gift()), wait: 'FINAL' })
    expect(submitTransfer.rejection).toMatchObject({ code: 'STALE_START', data: { expected: '5', got: '3' } })
    control.submit = async () => {
      throw new Failure('NODE_UNREACHABLE', 'The node does not answer.', { retry: true })
    }
    const answer = await world.ask(SUBMIT, { input: inputOf(gift()) })
    expect(answer.errors?.[0]?.extensions).toEqual({ code: 'NODE_UNREACHABLE', data: { retry: true } })
    control.submit = submit
  })
})

describe('registerAsset', () => {
  const REGISTER = `mutation ($input: SignedAssetInput!) { registerAsset(input: $input) { hash status rejection { code } } }`
  const assetInput = ({ action }: HashedAction, definition?: string) => {
    const { chainId, era, publicKey, signature, ...rest } = action as SignedRegister
    return {
      chainId: fieldToHex(chainId),
      definition: definition ?? canonicalDefinition(rest.definition),
      era: String(era),
      keyKind: publicKey.kind.toUpperCase(),
      publicKey: bytesToHex(publicKey.bytes),
      signature: bytesToHex(signature),
    }
  }

  it('passes the exact definition to the node', async () => {
    const { action } = world.register(bea, { code: 'NEW' })
    await world.data(REGISTER, { input: assetInput(action) })
    expect(decodeAction(given[0]!.bytes)).toEqual(action.action)
  })

  it('rejects a definition that is malformed or not in canonical form', async () => {
    const { action } = world.register(bea, { code: 'NEW' })
    const text = canonicalDefinition((action.action as SignedRegister).definition)
    const codeOf = async (definition: string) =>
      (await world.data(REGISTER, { input: assetInput(action, definition) })).registerAsset.rejection.code
    expect(await codeOf(` ${text}`)).toBe('NOT_CANONICAL')
    expect(await codeOf('{')).toBe('MALFORMED')
    expect(await codeOf(text.replace('"code"', '"extra":"x","code"'))).toBe('BAD_DEFINITION')
    expect(await codeOf(text.replace('NEW', 'N W'))).toBe('BAD_DEFINITION')
  })
})

describe('an action in the pool', () => {
  it('is shown as pending, by hash and in the pool', async () => {
    const action = gift()
    const bytes = encodeAction(action.action)
    await insertPoolEntries(world.database, [{ hash: action.hash, bytes, note: 'soon' }])
    const { control } = world.api.services
    const hash = fieldToHex(action.hash)
    control.pending = async () => ({
      entries: [{ hash, arrival: 4, kind: 'transfer', era: 3, bytes, note: 'soon' }],
      hasMore: false,
    })
    control.nextStarts = async (holdings) => holdings.map(() => 77n)
    const { transfer, pool, holding } = await world.data(
      `query ($hash: String!, $address: String!) {
        transfer(hash: $hash) { status kind position toStart height block { hash } batch { index } amount asset { code } note attested keyKind signature }
        pool { size limits { entries } pending(first: 5) { nodes { hash } pageInfo { hasNextPage } } }
        holding(address: $address, asset: "LOT-1") { nextStart outTotal } }`,
      { hash, address: encodeAddress(ann.account) },
    )
    expect(transfer).toMatchObject({
      status: 'PENDING',
      kind: 'TRANSFER',
      position: null,
      block: null,
      amount: '7',
      asset: { code: 'LOT-1' },
      note: 'soon',
      attested: false,
      keyKind: 'EDDSA',
    })
    expect(pool.pending).toEqual({ nodes: [{ hash }], pageInfo: { hasNextPage: false } })
    expect(holding.nextStart).toBe('77')
  })
})

describe('requestProof', () => {
  it('moves a full batch into the queue, once', async () => {
    for (let i = 0; i < 4; i++) await world.chain.commit([gift()])
    const ask = 'mutation { requestProof(index: 0) { index status } }'
    expect((await world.data(ask)).requestProof).toEqual({ index: '0', status: 'QUEUED' })
    expect((await world.data(ask)).requestProof).toEqual({ index: '0', status: 'QUEUED' })
    const jobs = await world.database.sql`SELECT batch, priority FROM batch_job`
    expect(jobs).toEqual([{ batch: 0, priority: 1 }])
  })
})
