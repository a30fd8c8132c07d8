import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
  /** An empty folder for the files. */
  folder: string
}

/** How far a build is. */
export interface BuildProgress {
  stage: 'waiting' | 'compile' | 'trusted setup' | 'export'
  /** From 0 to 1, within the stage. */
  fraction: number
}

serveChild<BuildRequest, BuildProgress, void>(async ({ circuit, folder }, send) => {
  const file = (ending: string) => join(folder, `${circuit.name}.${ending}`)
  send({ stage: 'compile', fraction: 0 })
  await compileCircuit(circuit, folder)
  const compiled = await sha256Of(file('r1cs'))
  if (circuit.r1csSha256 !== '' && compiled !== circuit.r1csSha256)
    throw new Error(`the compiler made other constraints (${compiled}) than circuits.json pins`)
  send({ stage: 'trusted setup', fraction: 0 })
  let reported = 0
  await setUp(file('r1cs'), file('zkey'), (fraction) => {
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
})
