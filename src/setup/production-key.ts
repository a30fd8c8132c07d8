import { readFileSync } from 'node:fs'
import { parseJson } from '../codec/canonical-json.ts'
import { Failure } from '../config/failure.ts'
import { readZkey } from '../groth16/zkey.ts'
import { parseVerificationKey, vkHash } from '../verify/verification-key.ts'
import { type Artifacts, artifactsBeside, damagedArtifact, readManifest } from './artifacts.ts'
import { requireProductionKey, requireWholeTranscript } from './chain-key.ts'
import { type BatchCircuit, batchCircuits, batchSizeOf } from './circuits.ts'
import { type Contribution, readTranscript } from './transcript.ts'

const MAX_KEY_BYTES = 100_000

const batchCircuitNamed = (name: string | undefined) =>
  batchCircuits().find((circuit) => circuit.name === name)

/** A key from a ceremony, with what it is for and who made it. */
export interface ProductionKey {
  circuit: BatchCircuit
  vkHash: string
  contributions: readonly Contribution[]
}

/**
 * Reads a key that was installed, for a chain to pin. It is taken only with its proving key and its manifest beside it, as installProduction puts them:
 * the transcript in the proving key is the one that the manifest states, and both are of this verification key.
 * @param path of the verification key
 * @param batchSize that the key must be for; undefined: any
 * @param named finds the circuit that the manifest names
 * @throws Failure BAD_VERIFICATION_KEY, DEVELOPMENT_KEY, NO_PHASE_TWO, NO_BEACON, NO_TRANSCRIPT, ARTIFACTS_DAMAGED, WRONG_BATCH_SIZE
 */
export async function readProductionKey(
  path: string,
  batchSize?: number,
  named: (name: string | undefined) => BatchCircuit | undefined = batchCircuitNamed,
): Promise<ProductionKey> {
  const key = parseVerificationKey(parseJson(readFileSync(path, 'utf8'), MAX_KEY_BYTES))
  if (key === undefined) throw new Failure('BAD_VERIFICATION_KEY', `${path} is not a verification key`)
  requireProductionKey(key)
  const hash = vkHash(key)
  const artifacts = artifactsBeside(path)
  const manifest = artifacts && readManifest(artifacts)
  const circuit = named(manifest?.circuit)
  if (artifacts === undefined || manifest?.kind !== 'production' || manifest.vkHash !== hash || !circuit)
    throw noTranscript(path)
  const damaged = await damagedArtifact(artifacts, circuit)
  if (damaged !== undefined)
    throw new Failure('ARTIFACTS_DAMAGED', `${damaged} is not what was installed`, {
      hint: 'install the key again: ictl circuits ceremony install',
    })
  const contributions = transcriptOf(artifacts, hash)
  if (contributions === undefined || JSON.stringify(contributions) !== JSON.stringify(manifest.contributions))
    throw noTranscript(path)
  requireWholeTranscript(contributions)
  const size = batchSizeOf(circuit)
  if (batchSize !== undefined && batchSize !== size)
    throw new Failure('WRONG_BATCH_SIZE', `the key is for batches of ${size}, not of ${batchSize}`, {
      hint: 'leave --batch-size out, or take the key of another circuit',
    })
  return { circuit, vkHash: hash, contributions }
}

/** The transcript of a proving key; none if it is of another verification key. */
function transcriptOf({ zkey }: Artifacts, hash: string): Contribution[] | undefined {
  const file = new Uint8Array(readFileSync(zkey))
  const key = parseVerificationKey(readZkey(file).verificationKey)
  return key !== undefined && vkHash(key) === hash ? readTranscript(file) : undefined
}

function noTranscript(path: string): Failure {
  return new Failure('NO_TRANSCRIPT', `${path} has no transcript of its ceremony beside it`, {
    hint: 'take the key where it was installed: ictl circuits ceremony install',
  })
}
