import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { jsonInput } from '../../src/proofs/batch-input.ts'
import { prove } from '../../src/prover/prove.ts'
import { sha256Of } from '../../src/setup/artifacts.ts'
import { ensureArtifacts } from '../../src/setup/build.ts'
import { applyBeacon, beginCeremony, checkPhase1, contribute } from '../../src/setup/ceremony.ts'
import { batchCircuit } from '../../src/setup/circuits.ts'
import { installProduction } from '../../src/setup/install.ts'
import { readProductionKey } from '../../src/setup/production-key.ts'
import { storyOfEveryKind } from '../support/circuits/batch-world.ts'
import { makePhase1 } from '../support/setup/phase-1.ts'
import { testFolder } from '../support/shared/test-folder.ts'
import { type Figure, printFigures, seconds } from './support/report.ts'

const POWER = 17
const CALIBRATION_POWER = 10
/** How much longer the whole takes than phase 1 of the calibration: 128 times its size, and about six times its steps. */
const WHOLE = 2 ** (POWER - CALIBRATION_POWER) * 6

const BEACONS = ['01', '02'].map((byte) => byte.repeat(32)) as [string, string]

/** A whole ceremony for batches of 4, from a phase 1 of 2^17 to a proof under the installed key. Says first how long it will take. */
export async function benchCeremony(): Promise<void> {
  const folder = testFolder('ceremony')
  const file = (name: string) => join(folder, name)
  const circuit = batchCircuit(4, 12)!
  const figures: Figure[] = []
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    let result!: T
    const took = await seconds(async () => {
      result = await work()
    })
    figures.push({ name, value: `${took.toFixed(0)} s` })
    console.log(`${name}: ${took.toFixed(0)} s`)
    return result
  }
  try {
    const calibration = await seconds(() => makePhase1(CALIBRATION_POWER, BEACONS[0], file('small.ptau')))
    console.log(`a ceremony with 2^${POWER}: about ${Math.ceil((calibration * WHOLE) / 60)} minutes`)
    const ptau = file('phase1.ptau')
    await step('phase 1, by a beacon alone', () => makePhase1(POWER, BEACONS[0], ptau))
    const sha256 = await sha256Of(ptau)
    await step('verification of phase 1', () => checkPhase1(ptau, sha256))
    const { r1cs } = await step('the circuit, if it is not in the cache', () => ensureArtifacts(circuit))
    await step('begin', () => beginCeremony(r1cs, ptau, file('0.zkey')))
    await step('contribution', () => contribute(file('0.zkey'), file('1.zkey'), 'Ann', 'drawn'))
    await step('beacon', () => applyBeacon(file('1.zkey'), file('2.zkey'), 'block', BEACONS[1]))
    const zkey = file('2.zkey')
    const cache = file('cache')
    const { artifacts, vkHash } = await step('installation, with a build', () =>
      installProduction(circuit, { zkey, ptau, sha256, cache }),
    )
    await step('reading it for a chain', () => readProductionKey(artifacts.verificationKey, 4))
    const input = jsonInput(storyOfEveryKind().input(circuit.parameters, 0, 4))
    await step('a proof', () => prove(vkHash, artifacts, input))
    printFigures(`A ceremony with 2^${POWER}`, figures)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
