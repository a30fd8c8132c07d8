import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as snarkjs from 'snarkjs'
import { type Artifacts, sha256Of } from '../../../src/setup/artifacts.ts'
import type { Circuit } from '../../../src/setup/circuits.ts'
import { compileCircuit } from '../../../src/setup/compile.ts'
import { setUp } from '../../../src/setup/groth16/development.ts'
import { useOneThread } from '../../../src/setup/snarkjs.ts'
import { testFolder } from '../shared/test-folder.ts'

/** A circuit of some forty constraints with its development key and witnesses, in a folder of its own. */
export async function smallCircuit() {
  const folder = testFolder('groth16')
  const file = (name: string) => join(folder, name)
  const circuit = {
    name: 'small',
    file: 'lib/bits.circom',
    template: 'BitsAtMost',
    parameters: { bits: 20, height: 1_000_000 },
    public: ['in'],
  }
  await compileCircuit(circuit as unknown as Circuit, folder)
  await setUp(file('small.r1cs'), file('small.zkey'), () => {})
  await useOneThread()
  // Of a manifest, provers read what the proving key's hash is.
  const files = { 'small.zkey': { sha256: await sha256Of(file('small.zkey')) } }
  writeFileSync(file('small.manifest.json'), JSON.stringify({ files }))
  const artifacts: Artifacts = {
    r1cs: file('small.r1cs'),
    wasm: file('small.wasm'),
    zkey: file('small.zkey'),
    verificationKey: file('small.vkey.json'),
    manifest: file('small.manifest.json'),
  }
  return {
    file,
    artifacts,
    zkey: file('small.zkey'),
    /** The witness file of an input. */
    async witness(input: number): Promise<Uint8Array> {
      await snarkjs.wtns.calculate({ in: input }, file('small.wasm'), file('small.wtns'))
      return new Uint8Array(readFileSync(file('small.wtns')))
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
