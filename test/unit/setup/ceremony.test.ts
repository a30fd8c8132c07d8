import { copyFileSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as snarkjs from 'snarkjs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Artifacts, damagedArtifact, findProduction, sha256Of } from '../../../src/setup/artifacts.ts'
import { ensureArtifacts } from '../../../src/setup/build.ts'
import {
  applyBeacon,
  beginCeremony,
  checkPhase1,
  contribute,
  verifyCeremony,
} from '../../../src/setup/ceremony.ts'
import { requireProductionKey } from '../../../src/setup/chain-key.ts'
import type { BatchCircuit, Circuit } from '../../../src/setup/circuits.ts'
import { compileCircuit } from '../../../src/setup/compile.ts'
import { contributeTo } from '../../../src/setup/contribution.ts'
import { installProduction } from '../../../src/setup/install.ts'
import { readProductionKey } from '../../../src/setup/production-key.ts'
import { type Contribution, readTranscript } from '../../../src/setup/transcript.ts'
import { verifyGroth16 } from '../../../src/verify/groth16.ts'
import { parseVerificationKey, vkHash } from '../../../src/verify/verification-key.ts'
import { makePhase1 } from '../../support/setup/phase-1.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const folder = testFolder('ceremony')
const file = (name: string) => join(folder, name)
const BEACON = '0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20'
/** Power of two of the constraints that phase 1 is for; `npm run test:ceremony` takes 12. */
const POWER = Number(process.env.CEREMONY_POWER ?? 6)
/** For a ceremony with a large file, in milliseconds: on a busy machine it takes many minutes. */
const CEREMONY_TIMEOUT_MS = 3_600_000

/** A circuit of 41 constraints, which takes a number up to `max`. */
const small = (name: string, max: number) =>
  ({
    name,
    file: 'lib/bits.circom',
    template: 'BitsAtMost',
    // A build reckons the memory it needs by the height of a batch circuit; here it is the second parameter by chance.
    parameters: { bits: 20, height: max },
    public: ['in'],
    constraints: 0,
    r1csSha256: '',
    developmentVkHash: '',
  }) as unknown as Circuit
const circuit = small('small', 1)
const cache = file('cache')
let development: Artifacts
/** What each contributor was told. */
let told: Contribution[]

/** The files of circuits and keys in a folder that this process has open, as Linux tells. */
function openFiles(under: string): string[] {
  const links = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`)
    } catch {
      return '' // Listing the folder itself opened one that is closed by now.
    }
  })
  return links.filter((path) => path.startsWith(under) && /\.(r1cs|ptau|zkey)\b/.test(path))
}

/** Exchanges two points of the powers of tau in G1 (section 2). */
function alterPoint(file: Buffer): Buffer {
  let at = 12
  while (file.readUInt32LE(at) !== 2) at += 12 + Number(file.readBigUInt64LE(at + 4))
  const points = at + 12
  const swapped = Buffer.from(file)
  file.copy(swapped, points + 64 * 5, points + 64 * 6, points + 64 * 7)
  file.copy(swapped, points + 64 * 6, points + 64 * 5, points + 64 * 6)
  return swapped
}

beforeAll(async () => {
  development = await ensureArtifacts(circuit, { cache })
  await compileCircuit(small('other', 2), folder)
  await makePhase1(POWER, '02'.repeat(32), file('other.ptau'))
  await makePhase1(POWER, '01'.repeat(32), file('small.ptau'))
  await beginCeremony(development.r1cs, file('small.ptau'), file('0.zkey'))
  told = [
    await contribute(file('0.zkey'), file('1.zkey'), 'Ann', 'drawn by Ann'),
    await contribute(file('1.zkey'), file('2.zkey'), 'Bob', 'drawn by Bob'),
    await applyBeacon(file('2.zkey'), file('final.zkey'), 'block 1', BEACON),
  ]
}, CEREMONY_TIMEOUT_MS)
afterAll(() => rmSync(folder, { recursive: true, force: true }))
// snarkjs leaves the files of a step that failed open: that must not be in this process.
afterEach(() => expect(openFiles(folder)).toEqual([]))

const check = (zkey: string, { r1cs = development.r1cs, ptau = file('small.ptau') } = {}) =>
  verifyCeremony(r1cs, ptau, file(zkey))
const failing = (code: string) => ({ code })

describe('a key from a ceremony', () => {
  it('lists its contributors with the hashes that they were told, and proves', async () => {
    const { json, key, contributions } = await check('final.zkey')
    expect(contributions).toEqual(told)
    expect(contributions.map(({ kind, name }) => `${kind} of ${name}`)).toEqual([
      'contribution of Ann',
      'contribution of Bob',
      'beacon of block 1',
    ])
    expect(contributions.at(-1)).toMatchObject({ beacon: BEACON })
    const input = { in: 1 }
    const { proof, publicSignals } = await snarkjs.groth16.fullProve(
      input,
      development.wasm,
      file('final.zkey'),
    )
    const claim = { verificationKey: json, proof, publicSignals }
    expect(verifyGroth16(claim, vkHash(key))).toBeNull()
    // A key from the middle of the ceremony is another key: its proofs do not verify.
    const early = await snarkjs.groth16.fullProve(input, development.wasm, file('1.zkey'))
    expect(verifyGroth16({ ...claim, ...early }, vkHash(key))).toBe('BAD_PROOF')
  })

  it('names each contribution by the hash that snarkjs gives it', async () => {
    type Step = (
      from: object,
      to: { type: 'mem'; data?: Uint8Array },
      ...rest: unknown[]
    ) => Promise<Uint8Array>
    const { contribute: add, beacon } = snarkjs.zKey as unknown as Record<string, Step>
    const [one, two] = [{ type: 'mem' as const }, { type: 'mem' as const }]
    const from = { type: 'mem', data: new Uint8Array(readFileSync(file('0.zkey'))) }
    const hashes = [await add!(from, one, 'Carla', 'drawn'), await beacon!(one, two, 'block 2', BEACON, 10)]
    const transcript = readTranscript((two as { data?: Uint8Array }).data!)
    expect(transcript.map(({ hash }) => hash)).toEqual(
      hashes.map((hash) => Buffer.from(hash).toString('hex')),
    )
  })

  it('without a contribution to phase 2 is rejected', async () => {
    await expect(check('0.zkey')).rejects.toMatchObject(failing('NO_PHASE_TWO'))
    await applyBeacon(file('0.zkey'), file('beacon.zkey'), 'only', BEACON)
    await expect(check('beacon.zkey')).rejects.toMatchObject(failing('NO_PHASE_TWO'))
  })

  it('that was not ended with a beacon is rejected', async () => {
    await expect(check('2.zkey')).rejects.toMatchObject(failing('NO_BEACON'))
  })

  it('of another circuit, of another phase 1, or altered is rejected', async () => {
    await expect(check('final.zkey', { r1cs: file('other.r1cs') })).rejects.toMatchObject(
      failing('BAD_CEREMONY'),
    )
    await expect(check('final.zkey', { ptau: file('other.ptau') })).rejects.toMatchObject(
      failing('BAD_CEREMONY'),
    )
    const whole = readFileSync(file('final.zkey'))
    // A point of the last section of points, and the file cut in the middle.
    const altered = Buffer.from(whole)
    altered[Math.floor(whole.length * 0.9)]! ^= 1
    writeFileSync(file('altered.zkey'), altered)
    await expect(check('altered.zkey')).rejects.toThrow()
    writeFileSync(file('cut.zkey'), whole.subarray(0, Math.floor(whole.length / 2)))
    await expect(check('cut.zkey')).rejects.toThrow()
  })

  it('that is a development key is recognized by its points, under any name', async () => {
    // A contribution on top hides delta, not the rest.
    copyFileSync(development.zkey, file('relabeled.zkey'))
    await expect(check('relabeled.zkey')).rejects.toMatchObject(failing('DEVELOPMENT_KEY'))
    const json = JSON.parse(readFileSync(development.verificationKey, 'utf8'))
    expect(() => requireProductionKey(parseVerificationKey(json)!)).toThrow(
      expect.objectContaining(failing('DEVELOPMENT_KEY')),
    )
    await contribute(file('relabeled.zkey'), file('more.zkey'), 'Mallory', 'drawn')
    await expect(check('more.zkey')).rejects.toMatchObject(failing('DEVELOPMENT_KEY'))
  })
})

describe('an installed key', () => {
  let sha256: string
  let installed: Awaited<ReturnType<typeof installProduction>>
  beforeAll(async () => {
    sha256 = await sha256Of(file('small.ptau'))
    const given = { ptau: file('small.ptau'), sha256, cache }
    await expect(installProduction(circuit, { ...given, zkey: file('0.zkey') })).rejects.toMatchObject(
      failing('NO_PHASE_TWO'),
    )
    expect(readdirSync(cache).filter((name) => name.startsWith('production'))).toEqual([])
    installed = await installProduction(circuit, { ...given, zkey: file('final.zkey') })
  })

  it('is there completely, with its transcript in the manifest', async () => {
    const { vkHash: hash, artifacts } = installed
    expect(findProduction(circuit, hash, cache)).toEqual(artifacts)
    expect(findProduction(circuit, '00'.repeat(32), cache)).toBeUndefined()
    expect(await damagedArtifact(artifacts, circuit)).toBeUndefined()
    const manifest = JSON.parse(readFileSync(artifacts.manifest, 'utf8'))
    expect(manifest).toMatchObject({
      kind: 'production',
      vkHash: hash,
      ceremony: sha256,
      contributions: told,
    })
    expect(Object.keys(manifest.files)).toEqual(['small.r1cs', 'small.wasm', 'small.zkey', 'small.vkey.json'])
    // The engine's key is made already.
    expect(readdirSync(dirname(artifacts.zkey))).toContainEqual(expect.stringMatching(/^small\.\w{16}\.key$/))
  })

  it('is taken for a chain only with its transcript, and for batches of its size', async () => {
    const { vkHash, artifacts } = installed
    const named = (name?: string) => (name === 'small' ? (circuit as BatchCircuit) : undefined)
    const read = (path = artifacts.verificationKey, size?: number) => readProductionKey(path, size, named)
    expect(await read()).toMatchObject({ vkHash, contributions: told })
    expect(await read(undefined, 4)).toMatchObject({ vkHash })
    await expect(read(undefined, 16)).rejects.toMatchObject(failing('WRONG_BATCH_SIZE'))
    const alone = file('alone.vkey.json')
    copyFileSync(artifacts.verificationKey, alone)
    await expect(read(alone)).rejects.toMatchObject(failing('NO_TRANSCRIPT'))
    await expect(read(development.verificationKey)).rejects.toMatchObject(failing('DEVELOPMENT_KEY'))
    const manifest = JSON.parse(readFileSync(artifacts.manifest, 'utf8'))
    const tell = (contributions: unknown) =>
      writeFileSync(artifacts.manifest, JSON.stringify({ ...manifest, contributions }))
    tell([{ ...told[0], name: 'Eve' }, ...told.slice(1)])
    await expect(read()).rejects.toMatchObject(failing('NO_TRANSCRIPT'))
    tell(told)
    writeFileSync(artifacts.zkey, readFileSync(file('2.zkey')))
    await expect(read()).rejects.toMatchObject(failing('ARTIFACTS_DAMAGED'))
  })
})

describe('a file of phase 1', () => {
  it('that is not published needs the hash that was announced, and is verified', async () => {
    const ptau = file('small.ptau')
    const sha256 = await sha256Of(ptau)
    expect(await checkPhase1(ptau, sha256)).toEqual({ sha256, published: undefined })
    await expect(checkPhase1(ptau)).rejects.toMatchObject({
      code: 'BAD_CEREMONY',
      message: expect.stringContaining(sha256),
    })
    await expect(checkPhase1(ptau, '00'.repeat(32))).rejects.toMatchObject(failing('BAD_CEREMONY'))
    // A point is another one: the sign of a y.
    const bytes = readFileSync(ptau)
    const altered = alterPoint(bytes)
    writeFileSync(file('altered.ptau'), altered)
    const other = await sha256Of(file('altered.ptau'))
    await expect(checkPhase1(file('altered.ptau'), other)).rejects.toMatchObject(failing('BAD_CEREMONY'))
  })
})

/** Where a section of a zkey begins: its number, its length in 8 bytes, then what is in it. */
function sectionOf(zkey: Buffer, number: number): number {
  let at = 12
  while (zkey.readUInt32LE(at) !== number) at += 12 + Number(zkey.readBigUInt64LE(at + 4))
  return at
}

describe('a ceremony', () => {
  it.each<[what: string, code: string, alter: (key: Buffer) => Buffer]>([
    ['is empty', 'KEY_DAMAGED', () => Buffer.alloc(0)],
    ...[2, 3, 4, 5, 6, 7, 8, 9, 10].map((number): [string, string, (key: Buffer) => Buffer] => [
      `is cut before section ${number}`,
      'KEY_DAMAGED',
      (key) => key.subarray(0, sectionOf(key, number)),
    ]),
    ...['wires', 'public signals', 'rows'].map((what, i): [string, string, (key: Buffer) => Buffer] => [
      `says that it has billions of ${what}`,
      'KEY_DAMAGED',
      (key) => key.fill(0xff, sectionOf(key, 2) + 84 + 4 * i, sectionOf(key, 2) + 88 + 4 * i),
    ]),
    [
      'says that it has billions of coefficients',
      'KEY_DAMAGED',
      (key) => key.fill(0xff, sectionOf(key, 4) + 12, sectionOf(key, 4) + 16),
    ],
    [
      'says that billions have contributed',
      'BAD_CEREMONY',
      (key) => key.fill(0xff, sectionOf(key, 10) + 76, sectionOf(key, 10) + 80),
    ],
  ])('does not go on from a key that %s', async (_, code, alter) => {
    writeFileSync(file('damaged.zkey'), alter(readFileSync(file('1.zkey'))))
    const key = new Uint8Array(readFileSync(file('damaged.zkey')))
    await expect(contributeTo(key, 'Eve', 'drawn')).rejects.toMatchObject(failing(code))
    await expect(applyBeacon(file('damaged.zkey'), file('x.zkey'), 'b', BEACON)).rejects.toMatchObject(
      failing(code),
    )
    await expect(check('damaged.zkey')).rejects.toMatchObject(failing(code))
    expect(readdirSync(folder).filter((name) => name.startsWith('x.zkey'))).toEqual([])
  })

  it('does not start from a file that is not phase 1, nor end with an invalid beacon', async () => {
    writeFileSync(file('none.ptau'), 'nothing')
    await expect(beginCeremony(development.r1cs, file('none.ptau'), file('x.zkey'))).rejects.toThrow()
    // One that is not prepared for phase 2.
    const { curve_bn128 } = globalThis as unknown as { curve_bn128: unknown }
    await snarkjs.powersOfTau.newAccumulator(curve_bn128, 6, file('new.ptau'))
    await expect(beginCeremony(development.r1cs, file('new.ptau'), file('x.zkey'))).rejects.toMatchObject(
      failing('BAD_CEREMONY'),
    )
    await expect(applyBeacon(file('2.zkey'), file('x.zkey'), 'b', '00')).rejects.toMatchObject(
      failing('BAD_CEREMONY'),
    )
  })
})
