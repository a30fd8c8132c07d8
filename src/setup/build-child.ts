import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as snarkjs from 'snarkjs'
import { serveChild } from '../process/child-task.ts'
import { hasSecondPhase, isDevelopmentKey, parseVerificationKey, vkHash } from '../verify/verification-key.ts'
import type { BuildProgress } from './artifacts.ts'
import type { Circuit } from './circuits.ts'
import { compileCircuit } from './compile.ts'
import { setUp } from './groth16/development.ts'

export interface BuildRequest {
  circuit: Circuit
  /** An empty folder for the files. */
  folder: string
}

export type BuildMessage = BuildProgress

serveChild<BuildRequest, BuildMessage, void>(async ({ circuit, folder }, send) => {
  const file = (ending: string) => join(folder, `${circuit.name}.${ending}`)
  send({ stage: 'compile', fraction: 0 })
  await compileCircuit(circuit, folder)
  send({ stage: 'set-up', fraction: 0 })
  let told = 0
  await setUp(file('r1cs'), file('zkey'), (fraction) => {
    if (fraction < told + 0.01) return
    told = fraction
    send({ stage: 'set-up', fraction })
  })
  send({ stage: 'export', fraction: 0 })
  const json = await snarkjs.zKey.exportVerificationKey(file('zkey'))
  const key = parseVerificationKey(json)
  if (key === undefined || !hasSecondPhase(key) || !isDevelopmentKey(key)) {
    throw new Error('the set-up made an unsound key')
  }
  const hash = vkHash(key)
  if (circuit.developmentVkHash !== '' && hash !== circuit.developmentVkHash) {
    throw new Error(`the set-up made another key (${hash}) than circuits.json names`)
  }
  writeFileSync(file('vkey.json'), JSON.stringify(json, null, 1))
})
