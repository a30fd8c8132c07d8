import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { writeKeyFile } from '../../../src/groth16/key-file.ts'
import { startOf } from '../../../src/process/lock.ts'
import { artifactPaths } from '../../../src/setup/artifacts.ts'
import { type BuildStatus, ensureArtifacts } from '../../../src/setup/build.ts'
import type { Circuit } from '../../../src/setup/circuits.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const cache = testFolder('build')
afterAll(() => rmSync(cache, { recursive: true, force: true }))

const circuit = {
  name: 'small',
  file: 'lib/bits.circom',
  template: 'BitsAtMost',
  parameters: { bits: 20, height: 1 },
  public: ['in'],
  constraints: 0,
  r1csSha256: '',
  developmentVkHash: '',
} as unknown as Circuit
const paths = artifactPaths(circuit, cache)
const names = () => readdirSync(dirname(paths.zkey))

/** Builds, and tells which stages there were. */
async function stagesOf(built: Circuit): Promise<string[]> {
  const told: BuildStatus[] = []
  const building = ensureArtifacts(built, { cache, onProgress: (status) => told.push(status) })
  await building.catch((error) => told.push({ stage: error.message, fraction: 0, seconds: 0 }))
  for (const { seconds } of told) expect(seconds).toBeGreaterThanOrEqual(0)
  return [...new Set(told.map(({ stage }) => stage))]
}

it('a build that ends early has not to compile again, and leaves nothing else', async () => {
  const failing = await stagesOf({ ...circuit, developmentVkHash: '00'.repeat(32) })
  expect(failing.slice(0, 3)).toEqual(['compile', 'trusted setup', 'export'])
  expect(failing[3]).toMatch(/^the trusted setup made another key/)
  expect(names()).toEqual(['.compiled-small'])
  expect(await stagesOf(circuit)).toEqual(['trusted setup', 'export', 'proving key'])
  const made = ['manifest.json', 'r1cs', 'vkey.json', 'wasm', 'zkey'].map((ending) => `small.${ending}`)
  expect(names().filter((name) => !name.endsWith('.key'))).toEqual(made)
  // The engine's key is there before the first proof.
  expect(names()).toContainEqual(expect.stringMatching(/^small\.[0-9a-f]{16}\.key$/))
  expect(await stagesOf(circuit)).toEqual([])
})

it('what was compiled is compiled again if it was damaged since', async () => {
  rmSync(paths.zkey)
  await stagesOf({ ...circuit, developmentVkHash: '00'.repeat(32) })
  writeFileSync(join(dirname(paths.zkey), '.compiled-small', 'small.wasm'), 'damaged')
  expect((await stagesOf(circuit))[0]).toBe('compile')
})

it('what a killed process left of a key file is removed, and nothing of a living one', async () => {
  const key = join(cache, 'some.key')
  const host = hostname().replace(/[^A-Za-z0-9-]/g, '-')
  const left = `${key}.${host}.${process.pid}.1.aaaaaaaa.new`
  const living = `${key}.${host}.${process.pid}.${startOf(process.pid)}.bbbbbbbb.new`
  const foreign = `${key}.elsewhere.1.1.cccccccc.new`
  for (const path of [left, living, foreign]) writeFileSync(path, '')
  await writeKeyFile(paths.zkey, key)
  expect(existsSync(left)).toBe(false)
  const found = readdirSync(cache).filter((name) => name.startsWith('some.key'))
  expect(found.sort()).toEqual([key, living, foreign].map((path) => basename(path)).sort())
})
