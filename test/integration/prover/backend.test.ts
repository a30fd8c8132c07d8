import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jsonInput } from '../../../src/proofs/batch-input.ts'
import { prove } from '../../../src/prover/prove.ts'
import type { Artifacts } from '../../../src/setup/artifacts.ts'
import { storyOfEveryKind } from '../../support/circuits/batch-world.ts'
import {
  BATCH_SIZE,
  BUILD_TIMEOUT_MS,
  testArtifacts,
  testCircuit,
} from '../../support/proving/test-circuit.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

/** Called as rapidsnark is; it proves with the engine, which takes a fifth of snarkjs's time. */
const LIKE_RAPIDSNARK = fileURLToPath(new URL('../../support/proving/like-rapidsnark.mjs', import.meta.url))
const folder = testFolder('backend')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let artifacts: Artifacts
beforeAll(async () => {
  artifacts = await testArtifacts()
}, BUILD_TIMEOUT_MS)

/** A program that is called as rapidsnark is: ZKEY WITNESS PROOF PUBLIC. */
function program(name: string, script: string): string {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}

describe('a program in place of snarkjs', () => {
  const { parameters, developmentVkHash } = testCircuit()
  const run = (path: string) => {
    const input = jsonInput(storyOfEveryKind().input(parameters, 4, 3))
    return prove(developmentVkHash, artifacts, input, { backend: { name: 'rapidsnark', program: path } })
  }

  it('proves the same from the same key and witness', async () => {
    const path = program('good', `exec "${process.execPath}" "${LIKE_RAPIDSNARK}" "$1" "$2" "$3" "$4"`)
    const { publicSignals, proof } = await run(path)
    expect(publicSignals[1]).toBe(String(Math.floor(4 / BATCH_SIZE)))
    expect(proof).toMatchObject({ protocol: 'groth16', curve: 'bn128' })
  })

  it('is not trusted: its proofs are checked like any other', async () => {
    const garbage = program(
      'garbage',
      `echo '{"pi_a":["1","2","1"],"pi_b":[["1","2"],["3","4"],["1","0"]],"pi_c":["1","2","1"]}' > "$3"; echo '["1"]' > "$4"`,
    )
    await expect(run(garbage)).rejects.toMatchObject({ code: 'PROOF_INVALID' })
  })

  it('is named in the error when it fails or is absent', async () => {
    const failing = program('failing', 'echo "out of luck" >&2; exit 3')
    await expect(run(failing)).rejects.toMatchObject({
      code: 'BACKEND_FAILED',
      message: expect.stringContaining(failing),
    })
    await expect(run(join(folder, 'none'))).rejects.toMatchObject({ code: 'BACKEND_FAILED' })
  })

  it.each([
    ['nothing', 'exit 0'],
    ['no JSON', 'echo proven > "$3"; echo "[]" > "$4"'],
    ['no signals', 'echo "{}" > "$3"'],
    ['more than a proof has', 'echo "{}" > "$3"; yes 1 | head -c 1000000 > "$4"'],
    ['a pipe that nobody writes to', 'mkfifo "$3" "$4"'],
  ])('is named in the error when it succeeds and writes %s', async (what, script) => {
    const path = program(what.replaceAll(' ', '-'), script)
    await expect(run(path)).rejects.toMatchObject({
      code: 'BACKEND_FAILED',
      message: expect.stringContaining(path),
    })
  })
})
