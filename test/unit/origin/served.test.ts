import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Failure } from '../../../src/config/failure.ts'
import {
  MAX_PROGRAM_BYTES,
  parseServedCircuits,
  type ServedCircuit,
  type ServedFile,
} from '../../../src/config/served-circuits.ts'
import { littleEndian } from '../../../src/groth16/sections.ts'
import { WitnessProgram } from '../../../src/groth16/witness.ts'
import { type ServedOptions, servedOriginCircuits } from '../../../src/origin/served.ts'
import type { Circuit } from '../../../src/setup/circuits.ts'
import { exportCircuits } from '../../../src/setup/export-circuits.ts'
import { readZkeyVerificationKey } from '../../../src/setup/snarkjs.ts'
import { verifyGroth16 } from '../../../src/verify/groth16.ts'
import { parseVerificationKey, vkHash } from '../../../src/verify/verification-key.ts'
import { circuitsOf } from '../../support/api/served-circuits.ts'
import { serveFiles } from '../../support/browser/served-files.ts'
import { serveEndless } from '../../support/client/endless-server.ts'
import { smallCircuit } from '../../support/groth16/small-circuit.ts'

const DEPTH = 12
let small: Awaited<ReturnType<typeof smallCircuit>>
let folder: string
let manifest: ServedCircuit[]
let verificationKey: unknown
let server: Awaited<ReturnType<typeof serveFiles>>

/** The small circuit under the name of one for origins. */
const circuitOf = (hops: number, depth = DEPTH) =>
  ({ name: `small-${hops}-${depth}`, template: 'Origin', parameters: { hops, depth } }) as unknown as Circuit

beforeAll(async () => {
  small = await smallCircuit()
  folder = small.file('served')
  verificationKey = await readZkeyVerificationKey(small.zkey)
  const key = vkHash(parseVerificationKey(verificationKey)!)
  const exported = { artifacts: small.artifacts, kind: 'development' as const, vkHash: key }
  const circuits = [circuitOf(8), circuitOf(4), circuitOf(4, 6)]
  manifest = await exportCircuits(
    circuits.map((circuit) => ({ ...exported, circuit })),
    folder,
  )
  server = await serveFiles({}, {}, circuitsOf(folder))
})
afterAll(() => {
  server.close()
  small.remove()
})

const open = async (options: ServedOptions = {}, api = server.url) => {
  const [smallest] = await servedOriginCircuits(api, DEPTH, options)
  return smallest!.open(() => {})
}

/** Opens a circuit while a file of it is another one, of the same size. */
async function openAltered({ file }: ServedFile) {
  const at = join(folder, file)
  const bytes = readFileSync(at)
  const changed = Buffer.from(bytes)
  changed[changed.length - 9]! ^= 1
  writeFileSync(at, changed)
  return open().finally(() => writeFileSync(at, bytes))
}

describe('circuits that an api serves', () => {
  it("are those over the chain's tree, the smallest first", async () => {
    const circuits = await servedOriginCircuits(`${server.url}graphql`, DEPTH)
    expect(circuits.map(({ parameters }) => parameters)).toEqual([
      { hops: 4, depth: DEPTH },
      { hops: 8, depth: DEPTH },
    ])
    expect(await servedOriginCircuits(server.url, 7)).toEqual([])
  })

  it('are read no further than what was asked for, of a server that lies', async () => {
    const lying = await serveEndless()
    const circuits = servedOriginCircuits(lying.url, DEPTH)
    await expect(circuits).rejects.toMatchObject({ code: 'BAD_CIRCUITS' })
    await expect(open({ manifest }, lying.url)).rejects.toMatchObject({ code: 'KEY_DAMAGED' })
    const [circuit] = manifest as [ServedCircuit]
    const long = { ...circuit, program: { ...circuit.program, bytes: MAX_PROGRAM_BYTES + 1 } }
    expect(() => parseServedCircuits(JSON.stringify([long]))).toThrow(Failure)
    expect(lying.sent).toBeLessThan(32 * 1024 * 1024)
    lying.close()
  })

  it('prove', async () => {
    const prover = await open()
    const proof = await prover.prove({ in: 77n })
    const program = await WitnessProgram.compile(readFileSync(small.artifacts.wasm))
    const witness = await program.witness({ in: 77n })
    const { nPublic } = verificationKey as { nPublic: number }
    const publicSignals = Array.from({ length: nPublic }, (_, i) =>
      String(littleEndian(witness, 32 * (i + 1))),
    )
    const claim = { verificationKey, publicSignals, proof }
    expect(verifyGroth16(claim, manifest[0]!.vkHash)).toBeNull()
    await expect(prover.prove({ in: 2_000_000n })).rejects.toMatchObject({ code: 'WITNESS_FAILED' })
    await prover.close()
  })

  it('are refused if a file is another one than the manifest says, or the manifest than the taker trusts', async () => {
    const damaged = { code: 'KEY_DAMAGED' }
    const [, four] = manifest as [ServedCircuit, ServedCircuit]
    await expect(openAltered(four.key)).rejects.toMatchObject(damaged)
    await expect(openAltered(four.program)).rejects.toMatchObject(damaged)
    const other = (file: ServedFile) => ({ ...file, sha256: 'ab'.repeat(32) })
    for (const changed of [
      { ...four, key: other(four.key) },
      { ...four, key: { ...four.key, bytes: four.key.bytes + 1 } },
      { ...four, program: other(four.program) },
      { ...four, vkHash: 'ab'.repeat(32) },
    ])
      await expect(open({ manifest: [changed] })).rejects.toMatchObject(damaged)
    await (await open({ manifest: [four] })).close()
  })

  it('are not those of a server that has none, does not answer, or knows no ranges', async () => {
    const missing = { code: 'NOT_SERVED' }
    const files = Object.fromEntries(
      manifest.flatMap(({ key, program }) =>
        [key, program].map(({ file }) => [`circuits/${file}`, readFileSync(join(folder, file))] as const),
      ),
    )
    const plain = await serveFiles({ ...files, 'circuits/manifest.json': JSON.stringify(manifest) })
    await expect(open({}, plain.url)).rejects.toMatchObject(missing)
    plain.close()
    await expect(open({}, plain.url)).rejects.toMatchObject({ ...missing, retry: true })
    const empty = await serveFiles({ 'circuits/manifest.json': '{}' })
    await expect(open({}, empty.url)).rejects.toMatchObject({ code: 'BAD_CIRCUITS' })
    empty.close()
  })
})
