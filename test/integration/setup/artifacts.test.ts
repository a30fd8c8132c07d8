import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  type Artifacts,
  artifactPaths,
  damagedArtifact,
  findArtifacts,
  sha256Of,
  writeManifest,
} from '../../../src/setup/artifacts.ts'
import { ensureArtifacts } from '../../../src/setup/build.ts'
import { ictl } from '../../support/network/ictl-network.ts'
import { BUILD_TIMEOUT_MS, testArtifacts, testCircuit } from '../../support/proving/test-circuit.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const circuit = testCircuit()
let cache: string
let artifacts: Artifacts

beforeEach(async () => {
  const built = await testArtifacts()
  cache = testFolder('test')
  artifacts = artifactPaths(circuit, cache)
  mkdirSync(dirname(artifacts.wasm))
  for (const file of ['wasm', 'manifest'] as const) copyFileSync(built[file], artifacts[file])
  for (const file of ['r1cs', 'zkey', 'verificationKey'] as const) symlinkSync(built[file], artifacts[file])
}, BUILD_TIMEOUT_MS)
afterEach(() => rmSync(cache, { recursive: true, force: true }))

test('whole files are found and undamaged', async () => {
  expect(findArtifacts(circuit, cache)).toEqual(artifacts)
  expect(await damagedArtifact(artifacts, circuit)).toBeUndefined()
})

test('a truncated file is damaged, and counts as not built', async () => {
  truncateSync(artifacts.wasm, 100_000)
  expect(await damagedArtifact(artifacts, circuit)).toBe(artifacts.wasm)
  expect(findArtifacts(circuit, cache)).toBeUndefined()
})

test('a file with one changed byte is damaged', async () => {
  const bytes = readFileSync(artifacts.wasm)
  bytes[70_000]! ^= 1
  writeFileSync(artifacts.wasm, bytes)
  expect(await damagedArtifact(artifacts, circuit)).toBe(artifacts.wasm)
})

test('without a readable manifest nothing counts as built', async () => {
  for (const text of ['', '{', 'null', '{"files":null}', '{"files":{}}']) {
    writeFileSync(artifacts.manifest, text)
    expect(findArtifacts(circuit, cache)).toBeUndefined()
    expect(await damagedArtifact(artifacts, circuit)).toBeDefined()
  }
})

test('constraints that circuits.json does not pin are damaged, whatever the manifest says', async () => {
  // Half of the rows are voided. The verification key that a setup makes of them has the same hash.
  const bytes = readFileSync(artifacts.r1cs)
  rmSync(artifacts.r1cs)
  writeFileSync(artifacts.r1cs, bytes.fill(0, bytes.length / 2))
  await writeManifest(circuit, dirname(artifacts.r1cs), {
    kind: 'development',
    vkHash: circuit.developmentVkHash,
    ceremony: null,
    contributions: [],
  })
  expect(await damagedArtifact(artifacts, circuit)).toBe(artifacts.r1cs)
  expect(await damagedArtifact(artifacts, { r1csSha256: await sha256Of(artifacts.r1cs) })).toBeUndefined()
})

test('a build stops at constraints that circuits.json does not pin', async () => {
  const other = { ...circuit, file: 'lib/bits.circom', template: 'BitsAtMost', public: ['in'] }
  const parameters = { bits: 20, height: 1 } as unknown as typeof circuit.parameters
  await expect(ensureArtifacts({ ...other, parameters }, { cache: join(cache, 'other') })).rejects.toThrow(
    /made other constraints \([0-9a-f]{64}\) than circuits.json pins/,
  )
})

test('`ictl circuits verify` names the damaged file, and exits', async () => {
  const verify = () => ictl(['circuits', 'verify', circuit.name], { INPIGRITAS_CACHE: cache })
  const { status, stdout } = await verify()
  expect(status).toBe(0)
  expect(stdout).toContain(`OK ${circuit.name}: vkHash ${circuit.developmentVkHash}`)
  writeFileSync(artifacts.wasm, readFileSync(artifacts.wasm).fill(0, 1_000, 1_010))
  const damaged = await verify()
  expect(damaged.status).toBe(1)
  expect(damaged.stderr).toMatch(
    /^error: \S+batch-\d+-12\.wasm has changed since it was built.*\[ARTIFACTS_DAMAGED\]$/m,
  )
})
