import { readFileSync } from 'node:fs'
import { Failure } from '../config/failure.ts'
import { makePublicFile } from '../config/files.ts'
import { runChild } from '../process/child-task.ts'
import { moduleUrl } from '../process/module-url.ts'
import { parseVerificationKey, type VerificationKey } from '../verify/verification-key.ts'
import type { CeremonyRequest } from './ceremony-child.ts'
import { requireProductionKey, requireWholeTranscript } from './chain-key.ts'
import { identifyPhase1, type Phase1 } from './phase-1.ts'
import { type Contribution, readTranscript } from './transcript.ts'

/** What a proving key from a ceremony was found to be. */
export interface CeremonyKey {
  key: VerificationKey
  /** As snarkjs writes it. */
  json: unknown
  contributions: Contribution[]
}

/** Iterations of SHA-256 over a beacon, as a power of two. */
const BEACON_ITERATIONS_EXP = 10
/** Characters of a name that a proving key keeps. */
const MAX_NAME = 64

/**
 * Checks a file of phase 1: a published one is known by its hash; of another one, whose hash was announced, each contribution and each point is
 * verified, which takes minutes for 2^17.
 * @param sha256 that was announced, 64 hex digits
 * @throws Failure BAD_CEREMONY
 */
export async function checkPhase1(ptau: string, sha256?: string): Promise<Phase1> {
  const found = await identifyPhase1(ptau, sha256)
  if (found.published === undefined && (await runStep({ step: 'verifyPhase1', args: [ptau] })) !== true)
    throw badCeremony('the file of phase 1 is not sound')
  return found
}

/**
 * Begins phase 2 of a circuit: writes a proving key that nobody has contributed to yet.
 * @param ptau file of phase 1, prepared for phase 2, with a power that the circuit fits
 * @throws Failure BAD_CEREMONY if it is not such a file, or too small
 */
export async function beginCeremony(r1cs: string, ptau: string, out: string): Promise<void> {
  // snarkjs returns -1 for a file that is too small, and throws for one that it cannot read.
  await makePublicFile(out, async (path) => {
    const result = await runStep({ step: 'newZKey', args: [r1cs, ptau, path] })
    if (result === -1)
      throw badCeremony('the ceremony file is too small for the circuit, or not prepared for phase 2')
  })
}

/**
 * Mixes a secret into a proving key. If one contributor forgets their secret, nobody can forge.
 * @param name of the contributor, 1 to 64 characters
 * @param entropy added to the randomness that the system provides
 * @returns what the transcript says of it
 * @throws Failure BAD_CEREMONY, KEY_DAMAGED
 */
export async function contribute(
  from: string,
  to: string,
  name: string,
  entropy: string,
): Promise<Contribution> {
  checkName(name)
  await makePublicFile(to, async (path) => {
    await runStep({ step: 'contribute', args: [from, path, name, entropy] })
  })
  return readTranscript(readFileSync(to)).at(-1)!
}

/**
 * Ends a ceremony with a number that nobody could know in advance.
 * @param beacon 32 to 255 bytes in hexadecimal
 * @returns what the transcript says of it
 * @throws Failure BAD_CEREMONY, KEY_DAMAGED
 */
export async function applyBeacon(
  from: string,
  to: string,
  name: string,
  beacon: string,
): Promise<Contribution> {
  checkName(name)
  if (!/^([0-9a-f]{2}){32,255}$/i.test(beacon))
    throw badCeremony('a beacon is 32 bytes or more, in hexadecimal')
  readTranscript(readFileSync(from))
  await makePublicFile(to, async (path) => {
    await runStep({ step: 'beacon', args: [from, path, name, beacon, BEACON_ITERATIONS_EXP] })
  })
  return readTranscript(readFileSync(to)).at(-1)!
}

function checkName(name: string): void {
  if (name === '' || name.length > MAX_NAME) throw badCeremony(`a name has 1 to ${MAX_NAME} characters`)
}

/**
 * Checks a proving key against its circuit and phase 1: each contribution builds on the one before it, at least one of them is not a beacon,
 * the last one is, and the key's points are neither those of a development key nor those of a key without a phase 2.
 * @throws Failure BAD_CEREMONY, KEY_DAMAGED, DEVELOPMENT_KEY, NO_PHASE_TWO, NO_BEACON
 */
export async function verifyCeremony(r1cs: string, ptau: string, zkey: string): Promise<CeremonyKey> {
  const contributions = readTranscript(readFileSync(zkey))
  const json = await runStep({ step: 'exportVerificationKey', args: [zkey] })
  const key = parseVerificationKey(json)
  if (key === undefined) throw badCeremony('the proving key contains invalid points')
  requireProductionKey(key)
  requireWholeTranscript(contributions)
  const isSound = await runStep({ step: 'verifyFromR1cs', args: [r1cs, ptau, zkey] })
  if (!isSound)
    throw badCeremony('the proving key does not follow from this circuit and this file of phase 1')
  return { key, json, contributions }
}

/**
 * Runs a step of snarkjs in a process of its own: when a file is unsuitable, snarkjs leaves it and the others open until the process ends.
 */
async function runStep(request: CeremonyRequest): Promise<unknown> {
  try {
    return await runChild<CeremonyRequest, never, unknown>(moduleUrl(import.meta.url, './ceremony-child'), {
      request,
    })
  } catch (cause) {
    if (cause instanceof Failure || (cause as NodeJS.ErrnoException).code !== undefined) throw cause
    throw badCeremony(cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function badCeremony(message: string, cause?: unknown): Failure {
  return new Failure('BAD_CEREMONY', message, {
    hint: 'check the files: a damaged or mistaken one must not be used',
    cause,
  })
}
