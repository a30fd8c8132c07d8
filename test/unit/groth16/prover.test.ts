import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import type { Curve } from 'ffjavascript'
import * as snarkjs from 'snarkjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { R } from '../../../src/crypto/field.ts'
import { sha256 } from '../../../src/crypto/hash.ts'
import type { ThreadSetup } from '../../../src/groth16/kernels.ts'
import { encodeKey } from '../../../src/groth16/key.ts'
import { openKeyFile, writeKeyFile } from '../../../src/groth16/key-file.ts'
import { nodeThreads } from '../../../src/groth16/node-threads.ts'
import { blindedProof } from '../../../src/groth16/proof.ts'
import { Groth16Prover } from '../../../src/groth16/prover.ts'
import { readWitness } from '../../../src/groth16/sections.ts'
import type { SpawnThreads } from '../../../src/groth16/threads.ts'
import { type CircuitInput, WitnessProgram } from '../../../src/groth16/witness.ts'
import type { JsonPoint1 } from '../../../src/groth16/zkey.ts'
import { sha256Of } from '../../../src/setup/artifacts.ts'
import { writeNumber } from '../../support/groth16/kernels.ts'
import { smallCircuit } from '../../support/groth16/small-circuit.ts'

let circuit: Awaited<ReturnType<typeof smallCircuit>>
let prover: Groth16Prover
beforeAll(async () => {
  circuit = await smallCircuit()
  await writeKeyFile(circuit.zkey, circuit.file('key'))
  prover = await openKeyFile(circuit.file('key'), 1)
})
afterAll(() => circuit.remove())

const values = async (input: number) => readWitness(await circuit.witness(input), prover.header.wires)

describe('a witness', () => {
  let program: WitnessProgram
  beforeAll(async () => {
    program = await WitnessProgram.compile(readFileSync(circuit.artifacts.wasm))
  })

  it.each([[0], [1], [999_999]])('is that of snarkjs: input %i', async (input) => {
    const theirs = await values(input)
    expect(await program.witness({ in: String(input) })).toEqual(new Uint8Array(theirs))
    expect(await program.witness({ in: [[BigInt(input)]] })).toEqual(new Uint8Array(theirs))
  })

  it.each<[what: string, input: CircuitInput, why: string]>([
    ['inputs that do not satisfy the circuit', { in: 1_000_001n }, 'an assertion fails'],
    ['a missing input', {}, '1 of its inputs are missing'],
    ['an input that there is not', { in: 1n, out: 1n }, 'its input out is another one'],
    ['an input that is too long', { in: [1n, 2n] }, 'has not 2 elements'],
    ['a value of another field', { in: R }, 'not a field element'],
  ])('is not made of %s', async (_, input, why) => {
    const message = expect.stringContaining(why)
    await expect(program.witness(input)).rejects.toMatchObject({ code: 'WITNESS_FAILED', message })
    expect((await program.witness({ in: 3n })).length).toBe(32 * prover.header.wires)
  })
})

describe('a proof of the engine', () => {
  it.each([[0], [1], [999_999]])(
    'equals the one of snarkjs with the same blinding: input %i',
    async (input) => {
      const blinding = [R - 1n, 123_456_789n ** 7n % R]
      const { Fr } = (globalThis as unknown as { curve_bn128: Curve }).curve_bn128
      const drawn = [...blinding]
      const random = Fr.random
      Fr.random = () => Fr.e(drawn.shift()!)
      const file = await circuit.witness(input)
      const theirs = await snarkjs.groth16.prove(circuit.zkey, file)
      Fr.random = random
      const sums = await prover.sums(readWitness(file, prover.header.wires))
      expect(blindedProof(prover.header, sums, blinding[0]!, blinding[1]!)).toEqual(theirs.proof)
      const mine = await prover.prove(readWitness(file, prover.header.wires))
      expect(mine.publicSignals).toEqual(theirs.publicSignals)
    },
  )

  it('is another each time', async () => {
    const witness = await values(7)
    const [first, second] = await Promise.all([prover.prove(witness), prover.prove(witness)])
    for (const part of ['pi_a', 'pi_b', 'pi_c'] as const)
      expect(first.proof[part]).not.toEqual(second.proof[part])
  })

  it('is the same by several threads', async () => {
    const threaded = await openKeyFile(circuit.file('key'), 2)
    const witness = await values(8)
    const [one, two] = [await prover.sums(witness), await threaded.sums(witness)]
    expect(blindedProof(prover.header, two, 5n, 6n)).toEqual(blindedProof(prover.header, one, 5n, 6n))
    const working = expect(threaded.prove(witness)).rejects.toMatchObject({ code: 'ENGINE_FAILED' })
    await threaded.close()
    await working
    await expect(threaded.prove(witness)).rejects.toMatchObject({ code: 'ENGINE_FAILED' })
  })

  it('is not made of a witness that does not satisfy the circuit', async () => {
    const witness = (await values(9)).slice()
    writeNumber(witness, 32 * 3, 1n - BigInt(witness[32 * 3]!))
    await expect(prover.prove(witness)).rejects.toMatchObject({ code: 'PROOF_INVALID' })
  })
})

const failing = (code: string, message: string) => ({ code, message: expect.stringContaining(message) })

describe('no proof is made', () => {
  it('of a key that needs more memory than there is', async () => {
    const load = Groth16Prover.load({ ...prover.header, bodyBytes: 2 ** 32 }, () => {})
    await expect(load).rejects.toMatchObject(failing('OUT_OF_MEMORY', 'MB of memory'))
  })

  it('after a thread has died: it ends the others, and each call says so', async () => {
    const setups: ThreadSetup[] = []
    const remember: SpawnThreads = (given) => {
      setups.push(...given)
      return nodeThreads(given)
    }
    const { header } = prover
    const body = readFileSync(circuit.file('key')).subarray(-header.bodyBytes)
    const other = await Groth16Prover.load(header, (memory) => memory.set(body), {
      threads: 2,
      spawn: remember,
    })
    await other.prove(await values(4))
    const threads = await nodeThreads(setups)
    const dies = expect(threads.run([['g1', 'absent']])).rejects
    await dies.toMatchObject(failing('ENGINE_FAILED', 'a thread of the prover ended'))
    await expect(threads.run([])).rejects.toMatchObject({ code: 'ENGINE_FAILED' })
    await other.close()
  })

  it('by the own thread if its work fails', async () => {
    const { header } = prover
    // Its first point lies beyond the end of the memory.
    const far = { ...header.parts, aPoints: { at: 2 ** 31, bytes: 0 } }
    const broken = await Groth16Prover.load({ ...header, parts: far }, () => {})
    await expect(broken.prove(await values(4))).rejects.toMatchObject({ code: 'ENGINE_FAILED' })
  })
})

describe('a damaged file is refused:', () => {
  it('a witness that is cut, altered, of another circuit', async () => {
    const file = await circuit.witness(3)
    const { wires } = prover.header
    const read =
      (bytes: Uint8Array, count = wires) =>
      () =>
        readWitness(bytes, count)
    const altered = (at: number, value: number) => file.map((byte, i) => (i === at ? value : byte))
    expect(read(file.subarray(0, file.length - 1))).toThrow(
      expect.objectContaining(failing('WITNESS_DAMAGED', 'cut')),
    )
    expect(read(altered(0, 1))).toThrow(expect.objectContaining(failing('WITNESS_DAMAGED', 'another kind')))
    // The version in the other byte order.
    expect(read(altered(7, 2))).toThrow(expect.objectContaining(failing('WITNESS_DAMAGED', 'byte order')))
    expect(read(altered(30, 7))).toThrow(expect.objectContaining(failing('WITNESS_DAMAGED', 'another field')))
    expect(read(altered(file.length - 1, 0xff))).toThrow(
      expect.objectContaining(failing('WITNESS_DAMAGED', 'below r')),
    )
    expect(read(file, wires + 1)).toThrow(expect.objectContaining(failing('WITNESS_FOREIGN', 'circuit')))
  })

  it('a zkey that is cut, altered, or not the one that was built', async () => {
    const zkey = readFileSync(circuit.zkey)
    const path = circuit.file('bad.zkey')
    const write = async (bytes: Uint8Array, expected?: string) => {
      writeFileSync(path, bytes)
      await writeKeyFile(path, circuit.file('bad.key'), expected)
    }
    await expect(write(zkey.subarray(0, -1))).rejects.toMatchObject(failing('KEY_DAMAGED', 'cut'))
    await expect(write(zkey.map((byte, i) => (i === 4 ? 2 : byte)))).rejects.toMatchObject(
      failing('KEY_DAMAGED', 'version'),
    )
    // The version in the other byte order.
    await expect(write(zkey.map((byte, i) => (i === 4 ? 0 : i === 7 ? 1 : byte)))).rejects.toMatchObject(
      failing('KEY_DAMAGED', 'byte order'),
    )
    await expect(write(zkey.map((byte, i) => (i === 24 ? 2 : byte)))).rejects.toMatchObject(
      failing('KEY_DAMAGED', 'not of Groth16'),
    )
    const last = zkey.map((byte, i) => (i === zkey.length - 5 ? byte ^ 1 : byte))
    await expect(write(last, await sha256Of(circuit.zkey))).rejects.toMatchObject(
      failing('KEY_DAMAGED', 'hash'),
    )
  })

  it('a key file that is cut, altered, or in the other byte order', async () => {
    const key = readFileSync(circuit.file('key'))
    const path = circuit.file('bad.key')
    const open = (change: (bytes: Buffer) => void) => {
      const bytes = Buffer.from(key)
      change(bytes)
      writeFileSync(path, bytes)
      return openKeyFile(path, 1)
    }
    await expect(open((bytes) => bytes.fill(1, 0, 4))).rejects.toMatchObject(
      failing('KEY_DAMAGED', 'another kind'),
    )
    await expect(open((bytes) => bytes.subarray(12, 16).reverse())).rejects.toMatchObject(
      failing('KEY_DAMAGED', 'byte order'),
    )
    for (const at of [60, 5_000, key.length - 1])
      await expect(open((bytes) => bytes.writeUInt8(bytes[at]! ^ 1, at))).rejects.toMatchObject({
        code: 'KEY_DAMAGED',
      })
    // A header that fits its hash, but not itself.
    const { header } = prover
    const lies = [
      { ...header, domain: 3 },
      { ...header, publicSignals: header.publicSignals + 1 },
      { ...header, publicSignals: undefined as never },
      { ...header, beta1: ['1', '1', '1'] as JsonPoint1 },
      { ...header, delta1: undefined as never },
      { ...header, counts: { ...header.counts, a: header.counts.a + 1 } },
      { ...header, parts: { ...header.parts, values: { at: header.bodyBytes, bytes: 36 } } },
    ]
    const body = new Uint8Array(key.subarray(-header.bodyBytes))
    for (const lie of lies) {
      writeFileSync(path, Buffer.concat(encodeKey({ header: lie, body }, sha256)))
      await expect(openKeyFile(path, 1)).rejects.toMatchObject(failing('KEY_DAMAGED', 'contradicts itself'))
    }
    writeFileSync(path, key)
    truncateSync(path, key.length - 1)
    await expect(openKeyFile(path, 1)).rejects.toMatchObject(failing('KEY_DAMAGED', 'cut'))
  })
})
