import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeKeyFile } from '../groth16/key-file.ts'
import { serveChild } from '../process/child-task.ts'
import { hasPhase2, isDevelopmentKey, parseVerificationKey, vkHash } from '../verify/verification-key.ts'
import { sha256Of } from './artifacts.ts'
import type { Circuit } from './circuits.ts'
import { compileCircuit } from './compile.ts'
import { setUp } from './groth16/development.ts'
import { readZkeyVerificationKey } from './snarkjs.ts'

/** A circuit to build. */
export interface BuildRequest {
  circuit: Circuit
  /** An empty folder for the files, `NAME.key` among them: the engine's key. */
  folder: string
  /** The folder that keeps what was compiled if the build is killed afterwards. Only one build uses it at a time. */
  compiled: string
}

/** How far a build is. */
export interface BuildProgress {
  stage: 'waiting' | 'compile' | 'trusted setup' | 'export' | 'proving key'
  /** From 0 to 1, within the stage; 0 in stages that do not tell. */
  fraction: number
}

serveChild<BuildRequest, BuildProgress, void>(async ({ circuit, folder, compiled }, send) => {
  const file = (ending: string) => join(folder, `${circuit.name}.${ending}`)
  if (!(await isCompiled(circuit, compiled))) {
    send({ stage: 'compile', fraction: 0 })
    await compileInto(circuit, compiled)
  }
  const r1cs = join(compiled, `${circuit.name}.r1cs`)
  send({ stage: 'trusted setup', fraction: 0 })
  let reported = 0
  await setUp(r1cs, file('zkey'), (fraction) => {
    if (fraction < reported + 0.01) return
    reported = fraction
    send({ stage: 'trusted setup', fraction })
  })
  send({ stage: 'export', fraction: 0 })
  const json = await readZkeyVerificationKey(file('zkey'))
  const key = parseVerificationKey(json)
  if (key === undefined || !hasPhase2(key) || !isDevelopmentKey(key)) {
    throw new Error('the trusted setup made an unsound key')
  }
  const hash = vkHash(key)
  if (circuit.developmentVkHash !== '' && hash !== circuit.developmentVkHash) {
    throw new Error(`the trusted setup made another key (${hash}) than circuits.json pins`)
  }
  writeFileSync(file('vkey.json'), JSON.stringify(json, null, 1))
  send({ stage: 'proving key', fraction: 0 })
  await writeKeyFile(file('zkey'), file('key'))
  for (const ending of ['r1cs', 'wasm']) renameSync(join(compiled, `${circuit.name}.${ending}`), file(ending))
})

/** Says that a folder has all that was compiled: SHA-256 of the files, which the compiler alone has made. */
const HASHES = 'hashes.json'

async function hashesIn(circuit: Circuit, folder: string): Promise<{ r1cs: string; wasm: string }> {
  const hash = (ending: string) => sha256Of(join(folder, `${circuit.name}.${ending}`))
  return { r1cs: await hash('r1cs'), wasm: await hash('wasm') }
}

/** Whether a build that was killed has compiled the circuit already. */
async function isCompiled(circuit: Circuit, folder: string): Promise<boolean> {
  try {
    const stated = readFileSync(join(folder, HASHES), 'utf8')
    return stated === JSON.stringify(await hashesIn(circuit, folder))
  } catch {
    return false
  }
}

async function compileInto(circuit: Circuit, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  await compileCircuit(circuit, folder)
  const hashes = await hashesIn(circuit, folder)
  if (circuit.r1csSha256 !== '' && hashes.r1cs !== circuit.r1csSha256)
    throw new Error(`the compiler made other constraints (${hashes.r1cs}) than circuits.json pins`)
  writeFileSync(join(folder, HASHES), JSON.stringify(hashes))
}
