import { beforeAll, describe, expect, it } from 'vitest'
import { makeCertificate } from '../../../src/certificate/make.ts'
import { utf8 } from '../../../src/codec/bytes.ts'
import { DecodeError } from '../../../src/codec/error.ts'
import { R } from '../../../src/crypto/field.ts'
import { type BatchSignals, parseBatchSignals } from '../../../src/ledger/batch.ts'
import { dataPointOf, dataValueOf, encodeBatchData } from '../../../src/ledger/batch-data.ts'
import { decodeHeader } from '../../../src/ledger/header.ts'
import { RejectionError } from '../../../src/ledger/rejection.ts'
import {
  BatchChainError,
  type BatchClaim,
  type BatchSource,
  verifyBatchChain,
} from '../../../src/verify/batch-chain.ts'
import { rebuildState } from '../../../src/verify/batch-state.ts'
import { verifyGroth16 } from '../../../src/verify/groth16.ts'
import { keyToBytes, proofToBytes } from '../../../src/verify/point-bytes.ts'
import { decodeProofs, encodeProofs } from '../../../src/verify/proofs-file.ts'
import { provenByFile } from '../../../src/verify/proven-batches.ts'
import { parseVerificationKey } from '../../../src/verify/verification-key.ts'
import { CertifiedChain, diceOf } from '../../support/certificate/certified-chain.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { simulatedKey, simulatedProof } from '../../support/proving/simulated-proofs.ts'
import { alteredBytes, changed, changedJson } from '../../support/verify/hostile.ts'

/** Changes of each kind; `HOSTILE` and `SEED` make more of them, and others. */
const RUNS = Number(process.env.HOSTILE ?? 30)
const SEED = Number(process.env.SEED ?? 5)

const CODES = [
  ...['MALFORMED', 'BAD_CERTIFICATE', 'BAD_HISTORY', 'BAD_SIGNALS', 'BAD_CHAIN', 'BAD_DATA', 'BAD_PROOF'],
  ...['BAD_VERIFICATION_KEY', 'WRONG_VERIFICATION_KEY', 'NO_PHASE_TWO', 'BAD_POINTS'],
]
const chain = new CertifiedChain().randomSteps(9, 4)
const { genesis, world } = chain
let header: Uint8Array
let certificate: Uint8Array
let claims: BatchClaim[]
let file: string

beforeAll(async () => {
  const made = await makeCertificate(chain.source(), { asset: chain.assets[0]!.id, direction: 'BACKWARD' })
  header = made.header
  certificate = made.finality
  const { position } = decodeHeader(header)
  claims = chain.batches(position).map((claim) => {
    const isFull = claim.proof !== null
    return isFull ? { ...claim, data: dataOf(claim.index) } : claim
  })
  file = await chain.proofs(header)
})

function dataOf(index: number): Uint8Array {
  const { batchSize } = genesis
  return encodeBatchData(world.records.filter(({ position }) => Math.floor(position / batchSize) === index))
}

const sourceOf = (shown: unknown, batches: readonly unknown[]): BatchSource => ({
  header: async () => shown as { header: Uint8Array; certificate: Uint8Array },
  async *batches() {
    yield* batches as BatchClaim[]
  },
})
const verified = (shown: unknown, batches: readonly unknown[]) =>
  verifyBatchChain(genesis, simulatedKey, sourceOf(shown, batches), undefined, poseidon)

/** What a function comes to, or the code of the error that it documents. Any other error is the test's. */
async function outcome<T>(run: () => T | Promise<T>, kinds: readonly (new (...args: never[]) => Error)[]) {
  try {
    return { value: await run() }
  } catch (error) {
    if (!kinds.some((kind) => error instanceof kind)) throw error
    return { code: (error as Error & { code: string }).code }
  }
}

/** Runs a check with the number of the run, so that a failure says which change it was. */
async function each(check: (dice: (n: number) => number) => Promise<void> | void): Promise<void> {
  for (let run = 0; run < RUNS; run++) {
    try {
      await check(diceOf(SEED * 1_000_003 + 7_919 * run))
    } catch (cause) {
      throw new Error(`change ${run} of seed ${SEED}: ${cause}`, { cause })
    }
  }
}

describe('verifyBatchChain', () => {
  it('has an outcome of its own for whatever a source shows', async () => {
    const report = await verified({ header, certificate }, claims)
    expect(report.proven).toBeGreaterThan(0)
    const codes = new Set<string>()
    await each(async (dice) => {
      const [shown, batches] = changed([{ header, certificate }, claims], dice, false) as [unknown, unknown]
      if (!Array.isArray(batches)) return
      const { value, code } = await outcome(() => verified(shown, batches), [BatchChainError])
      if (code !== undefined) codes.add(code)
      // A batch whose proof is left out only ends what is proven.
      else if (value!.provenTo === report.end) expect(value).toEqual(report)
    })
    expect(CODES).toEqual(expect.arrayContaining([...codes]))
    expect(codes.size).toBeGreaterThan(2)
  })

  it('says that header or certificate cannot be read', async () => {
    for (const [shown, code] of [
      [{ header: header.subarray(1), certificate }, 'MALFORMED'],
      [{ header, certificate: certificate.subarray(1) }, 'MALFORMED'],
      [{ header: new Uint8Array(), certificate: new Uint8Array() }, 'MALFORMED'],
      [{ header: null, certificate }, 'MALFORMED'],
      [null, 'MALFORMED'],
      [
        { header, certificate: chain.finality(decodeHeader(header), { kind: 'notarize' }) },
        'BAD_CERTIFICATE',
      ],
    ] as const)
      await expect(verified(shown, claims)).rejects.toMatchObject({ constructor: BatchChainError, code })
  })

  it.each<[what: string, code: string, change: Partial<Record<keyof BatchClaim, unknown>> | null]>([
    ['no batch', 'BAD_CHAIN', null],
    ['a root of r or more', 'MALFORMED', { recordsRoot: R }],
    ['a negative root', 'MALFORMED', { recordsRoot: -1n }],
    ['a root as text', 'MALFORMED', { recordsRoot: '5' }],
    ['data as text', 'MALFORMED', { data: 'x'.repeat(896) }],
    ['data of another length', 'BAD_DATA', { data: new Uint8Array(895) }],
  ])('refuses a source that shows %s', async (_, code, change) => {
    const index = claims.findIndex(({ proof }) => proof !== null)
    const batches = claims.with(index, (change && { ...claims[index], ...change }) as BatchClaim)
    const refused = { constructor: BatchChainError, code }
    await expect(verified({ header, certificate }, batches)).rejects.toMatchObject(refused)
  })

  it('says so of data that is no records, though its proof is of its point and value', async () => {
    const index = claims.findIndex(({ proof }) => proof !== null)
    const { recordsRoot, publicSignals } = claims[index]!
    const data = dataOf(index)
    // The first word plus r: the same value at each point.
    const word = BigInt(`0x${Buffer.from(data.subarray(0, 32)).toString('hex')}`) + R
    data.set(Buffer.from(word.toString(16).padStart(64, '0'), 'hex'))
    const dataPoint = dataPointOf(recordsRoot, data)
    const dataValue = dataValueOf(data, genesis.batchSize, dataPoint)
    const signals: BatchSignals = { ...parseBatchSignals(publicSignals)!, dataPoint, dataValue }
    const batches = claims.with(index, { index, recordsRoot, data, ...simulatedProof(signals) })
    const refused = { constructor: BatchChainError, code: 'BAD_DATA' }
    await expect(verified({ header, certificate }, batches)).rejects.toMatchObject(refused)
  })
})

describe('a file of proofs', () => {
  const readable = (bytes: Uint8Array) => decodeProofs(bytes, genesis, poseidon)

  it('proves no more than before, or says why not, whatever is changed', async () => {
    const last = claims.length
    const before = await provenByFile(genesis, utf8(file), poseidon, last)
    if ('fault' in before) throw new Error(before.fault)
    await each(async (dice) => {
      const bytes = changedJson(file, dice)
      await outcome(() => readable(bytes), [DecodeError, RejectionError])
      const after = await provenByFile(genesis, bytes, poseidon, last)
      if ('fault' in after) return expect(after.fault).not.toBe('')
      expect(after.height).toBe(before.height)
      for (const [index, root] of after.recordsRoots) expect(before.recordsRoots.get(index)).toBe(root)
    })
  })
})

describe('a file of proofs that is written', () => {
  const written = (source: BatchSource, maxBytes?: number) =>
    encodeProofs(genesis, simulatedKey, source, maxBytes)

  it('is never larger than one that is read, however many batches a source shows', async () => {
    const source = sourceOf({ header, certificate }, claims)
    expect(await written(source, file.length)).toBe(file)
    const refused = { constructor: DecodeError, code: 'TOO_LARGE' }
    await expect(written(source, file.length - 1)).rejects.toMatchObject(refused)
    const endless: BatchSource = {
      ...source,
      async *batches() {
        for (let index = 0; ; index++) yield { index, recordsRoot: 0n, proof: null, publicSignals: null }
      },
    }
    await expect(written(endless, 10_000)).rejects.toMatchObject(refused)
  })
})

describe('verifyGroth16', () => {
  it('has an outcome of its own for any claim, and accepts what says the same only', async () => {
    const { proof, publicSignals } = claims.find((claim) => claim.proof !== null)!
    const claim = { verificationKey: simulatedKey, publicSignals, proof }
    const pinned = genesis.provingKey.vkHash
    expect(verifyGroth16(claim, pinned)).toBeNull()
    const same = { key: keyToBytes(simulatedKey), proof: proofToBytes(proof), publicSignals }
    await each((dice) => {
      const other = { ...claim, ...(changed(claim, dice, false) as typeof claim) }
      const fault = verifyGroth16(other, pinned)
      expect([...CODES, null]).toContain(fault)
      const { verificationKey: key } = other
      expect(parseVerificationKey(key) === undefined).toBe(keyToBytes(key) === undefined)
      if (fault !== null) return
      const accepted = { key: keyToBytes(key), proof: proofToBytes(other.proof) }
      expect({ ...accepted, publicSignals: other.publicSignals }).toEqual(same)
    })
  })
})

describe('rebuildState', () => {
  it('has an outcome of its own for any batches', async () => {
    const batches = claims.filter(({ proof }) => proof !== null)
    const rebuilt = (list: readonly unknown[]) => rebuildState(genesis, simulatedKey, list as never, poseidon)
    const { state } = await rebuilt(batches)
    await each(async (dice) => {
      const list = batches.map(({ data, ...rest }) => ({
        data: dice(8) === 0 ? alteredBytes(data!, dice) : data,
        ...(dice(4) === 0 ? (changed(rest, dice, false) as object) : rest),
      }))
      const { value } = await outcome(() => rebuilt(list), [BatchChainError])
      if (value !== undefined) expect(value.state.root).toBe(state.root)
    })
  })
})
