import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as snarkjs from 'snarkjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  damagedArtifact,
  ensureArtifacts,
  findProduction,
  installProduction,
  sha256Of,
} from '../../../src/setup/artifacts.ts'
import {
  applyBeacon,
  beginCeremony,
  checkProductionKey,
  contribute,
  verifyCeremony,
} from '../../../src/setup/ceremony.ts'
import type { Circuit } from '../../../src/setup/circuits.ts'
import { compileCircuit } from '../../../src/setup/compile.ts'
import { setUp } from '../../../src/setup/groth16/development.ts'
import { useOneThread } from '../../../src/setup/snarkjs-threads.ts'
import { verifyGroth16 } from '../../../src/verify/groth16.ts'
import { parseVerificationKey, vkHash } from '../../../src/verify/verification-key.ts'

const folder = mkdtempSync(join(tmpdir(), 'inpigritas-ceremony-'))
const file = (name: string) => join(folder, name)
const BEACON = '0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20'
/** A first phase for 512 constraints. */
const POWER = 9

const small = (name: string, open: string) =>
  ({
    name,
    file: 'lib/hashes.circom',
    template: 'RecordHash',
    parameters: {},
    public: [open],
  }) as unknown as Circuit

/** A whole first phase; the batch circuits' is of 2^17 and more, and is made by others. */
async function firstPhase(out: string, seed: string): Promise<void> {
  await useOneThread()
  const { curve_bn128 } = globalThis as unknown as { curve_bn128: unknown }
  await snarkjs.powersOfTau.newAccumulator(curve_bn128, POWER, file('pot0'))
  await snarkjs.powersOfTau.contribute(file('pot0'), file('pot1'), 'first', seed)
  await snarkjs.powersOfTau.preparePhase2(file('pot1'), out)
}

beforeAll(async () => {
  await compileCircuit(small('small', 'toStart'), folder)
  await compileCircuit(small('other', 'flags'), folder)
  await firstPhase(file('other.ptau'), 'another secret')
  await firstPhase(file('small.ptau'), 'a secret')
  await beginCeremony(file('small.r1cs'), file('small.ptau'), file('0.zkey'))
  await contribute(file('0.zkey'), file('1.zkey'), 'Ann', 'drawn by Ann')
  await contribute(file('1.zkey'), file('2.zkey'), 'Bob', 'drawn by Bob')
  await applyBeacon(file('2.zkey'), file('final.zkey'), 'block 1', BEACON)
}, 240_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const check = (zkey: string, { r1cs = 'small.r1cs', ptau = 'small.ptau' } = {}) =>
  verifyCeremony(file(r1cs), file(ptau), file(zkey))
const failing = (code: string) => ({ code })

describe('a key from a ceremony', () => {
  it('shows who took part, and proves', async () => {
    const { json, key, contributions } = await check('final.zkey')
    expect(contributions).toEqual([
      { kind: 'contribution', name: 'Ann' },
      { kind: 'contribution', name: 'Bob' },
      { kind: 'beacon', name: 'block 1' },
    ])
    const input = { transferHash: 1, fromHolding: 2, toHolding: 3, toStart: 4, flags: 1, blockEra: 5 }
    const { proof, publicSignals } = await snarkjs.groth16.fullProve(
      input,
      file('small.wasm'),
      file('final.zkey'),
    )
    const claim = { verificationKey: json, proof, publicSignals }
    expect(verifyGroth16(claim, vkHash(key))).toBeNull()
    // A key on the way is another one: what it proves counts nowhere.
    const early = await snarkjs.groth16.fullProve(input, file('small.wasm'), file('1.zkey'))
    expect(verifyGroth16({ ...claim, ...early }, vkHash(key))).toBe('BAD_PROOF')
  })

  it('without anyone in its second phase is rejected', async () => {
    await expect(check('0.zkey')).rejects.toMatchObject(failing('NO_SECOND_PHASE'))
    await applyBeacon(file('0.zkey'), file('beacon.zkey'), 'only', BEACON)
    await expect(check('beacon.zkey')).rejects.toMatchObject(failing('NO_SECOND_PHASE'))
  })

  it('of another circuit, of another first phase, or altered is rejected', async () => {
    await expect(check('final.zkey', { r1cs: 'other.r1cs' })).rejects.toMatchObject(failing('BAD_CEREMONY'))
    await expect(check('final.zkey', { ptau: 'other.ptau' })).rejects.toMatchObject(failing('BAD_CEREMONY'))
    const whole = readFileSync(file('final.zkey'))
    // A point of the last section of points, and the file cut in the middle.
    const altered = Buffer.from(whole)
    altered[Math.floor(whole.length * 0.9)]! ^= 1
    writeFileSync(file('altered.zkey'), altered)
    await expect(check('altered.zkey')).rejects.toThrow()
    writeFileSync(file('cut.zkey'), whole.subarray(0, Math.floor(whole.length / 2)))
    await expect(check('cut.zkey')).rejects.toThrow()
  })

  it('that is a development key is known by its points, under any name', async () => {
    await setUp(file('small.r1cs'), file('development.zkey'), undefined)
    await expect(check('development.zkey')).rejects.toMatchObject(failing('DEVELOPMENT_KEY'))
    await useOneThread()
    const json = await snarkjs.zKey.exportVerificationKey(file('development.zkey'))
    expect(() => checkProductionKey(parseVerificationKey(json)!)).toThrow(
      expect.objectContaining(failing('DEVELOPMENT_KEY')),
    )
    // A contribution on top hides delta, not the rest.
    copyFileSync(file('development.zkey'), file('relabeled.zkey'))
    await contribute(file('relabeled.zkey'), file('more.zkey'), 'Mallory', 'drawn')
    await expect(check('more.zkey')).rejects.toMatchObject(failing('DEVELOPMENT_KEY'))
  })

  it('is installed whole, listed with who took part, or not at all', async () => {
    const tree = {
      name: 'tree',
      file: 'lib/tree.circom',
      template: 'TreeRoot',
      parameters: { height: 1 },
      public: ['nodes'],
      constraints: 0,
      developmentVkHash: '',
    } as unknown as Circuit
    const cache = file('cache')
    const { r1cs } = await ensureArtifacts(tree, { cache })
    await beginCeremony(r1cs, file('small.ptau'), file('tree0.zkey'))
    await contribute(file('tree0.zkey'), file('tree.zkey'), 'Ann', 'drawn by Ann')
    const bad = { zkey: file('tree0.zkey'), ptau: file('small.ptau'), cache }
    await expect(installProduction(tree, bad)).rejects.toMatchObject(failing('NO_SECOND_PHASE'))
    const { vkHash: hash, artifacts } = await installProduction(tree, { ...bad, zkey: file('tree.zkey') })
    expect(findProduction(tree, hash, cache)).toEqual(artifacts)
    expect(findProduction(tree, '00'.repeat(32), cache)).toBeUndefined()
    expect(await damagedArtifact(artifacts)).toBeUndefined()
    const manifest = JSON.parse(readFileSync(artifacts.manifest, 'utf8'))
    expect(manifest).toMatchObject({
      kind: 'production',
      vkHash: hash,
      ceremony: await sha256Of(file('small.ptau')),
      contributions: [{ kind: 'contribution', name: 'Ann' }],
    })
    expect(Object.keys(manifest.files)).toEqual(['tree.r1cs', 'tree.wasm', 'tree.zkey', 'tree.vkey.json'])
  }, 120_000)

  it('is not begun with a file that is no first phase, nor ended with a beacon that is none', async () => {
    writeFileSync(file('none.ptau'), 'nothing')
    await expect(beginCeremony(file('small.r1cs'), file('none.ptau'), file('x.zkey'))).rejects.toThrow()
    await expect(beginCeremony(file('small.r1cs'), file('pot1'), file('x.zkey'))).rejects.toMatchObject(
      failing('BAD_CEREMONY'),
    )
    await expect(applyBeacon(file('2.zkey'), file('x.zkey'), 'b', '00')).rejects.toMatchObject(
      failing('BAD_CEREMONY'),
    )
  })
})
