import { readFileSync } from 'node:fs'
import { Failure } from '../config/failure.ts'
import { runChild } from '../process/child-task.ts'
import { moduleUrl } from '../process/module-url.ts'
import { parseVerificationKey, type VerificationKey } from '../verify/verification-key.ts'
import type { Contribution } from './artifacts.ts'
import type { CeremonyRequest } from './ceremony-child.ts'
import { keyFailure, requireProductionKey } from './chain-key.ts'

/** What a proving key from a ceremony was found to be. */
export interface CeremonyKey {
  key: VerificationKey
  /** As snarkjs writes it. */
  json: unknown
  contributions: Contribution[]
}

/** Iterations of SHA-256 over a beacon, as a power of two. */
const BEACON_ITERATIONS_EXP = 10
const CONTRIBUTIONS_SECTION = 10
const CIRCUIT_HASH_BYTES = 64
/** deltaAfter, g1_s, g1_sx, g2_spx and the transcript of a contribution. */
const CONTRIBUTION_POINTS_BYTES = 64 + 64 + 64 + 128 + 64

/**
 * Begins phase 2 of a circuit: writes a proving key that nobody has contributed to yet.
 * @param ptau file of phase 1, prepared for phase 2, with a power that the circuit fits
 * @throws Failure BAD_CEREMONY if it is not such a file, or too small
 */
export async function beginCeremony(r1cs: string, ptau: string, out: string): Promise<void> {
  // snarkjs returns -1 for a file that is too small, and throws for one that it cannot read.
  const result = await runStep({ step: 'newZKey', args: [r1cs, ptau, out] })
  if (result === -1)
    throw badCeremony('the ceremony file is too small for the circuit, or not prepared for phase 2')
}

/**
 * Mixes a secret into a proving key. If one contributor forgets their secret, nobody can forge.
 * @param entropy added to the randomness that the system provides
 */
export async function contribute(from: string, to: string, name: string, entropy: string): Promise<void> {
  await runStep({ step: 'contribute', args: [from, to, name, entropy] })
}

/**
 * Ends a ceremony with a number that nobody could know in advance.
 * @param beacon 32 to 255 bytes in hexadecimal
 * @throws Failure BAD_CEREMONY
 */
export async function applyBeacon(from: string, to: string, name: string, beacon: string): Promise<void> {
  if (!/^([0-9a-f]{2}){32,255}$/i.test(beacon))
    throw badCeremony('a beacon is 32 bytes or more, in hexadecimal')
  await runStep({ step: 'beacon', args: [from, to, name, beacon, BEACON_ITERATIONS_EXP] })
}

/**
 * Checks a proving key against its circuit and phase 1: each contribution builds on the one before it, at least one of them is not a beacon,
 * and the key's points are neither those of a development key nor those of a key without a phase 2.
 * @throws Failure BAD_CEREMONY, DEVELOPMENT_KEY, NO_PHASE_TWO
 */
export async function verifyCeremony(r1cs: string, ptau: string, zkey: string): Promise<CeremonyKey> {
  const json = await runStep({ step: 'exportVerificationKey', args: [zkey] })
  const key = parseVerificationKey(json)
  if (key === undefined) throw badCeremony('the proving key contains invalid points')
  requireProductionKey(key)
  const contributions = readContributions(zkey)
  if (!contributions.some(({ kind }) => kind === 'contribution')) throw keyFailure('NO_PHASE_TWO')
  const isSound = await runStep({ step: 'verifyFromR1cs', args: [r1cs, ptau, zkey] })
  if (!isSound)
    throw badCeremony('the proving key does not follow from this circuit and this file of phase 1')
  return { key, json, contributions }
}

/** Who contributed, as the proving key states; verifyCeremony checks that they did. */
function readContributions(zkey: string): Contribution[] {
  const bytes = readFileSync(zkey)
  const section = sectionOf(bytes, CONTRIBUTIONS_SECTION)
  let at = CIRCUIT_HASH_BYTES
  const count = section.readUInt32LE(at)
  at += 4
  return Array.from({ length: count }, () => {
    at += CONTRIBUTION_POINTS_BYTES
    const kind = section.readUInt32LE(at) === 1 ? 'beacon' : 'contribution'
    const length = section.readUInt32LE(at + 4)
    const parameters = section.subarray(at + 8, at + 8 + length)
    at += 8 + length
    // The first parameter is the name: type 1, length, bytes.
    const name = parameters[0] === 1 ? parameters.subarray(2, 2 + parameters[1]!).toString('utf8') : ''
    return { kind, name }
  })
}

function sectionOf(bytes: Buffer, wanted: number): Buffer {
  const sections = bytes.readUInt32LE(8)
  let at = 12
  for (let i = 0; i < sections; i++) {
    const length = Number(bytes.readBigUInt64LE(at + 4))
    if (bytes.readUInt32LE(at) === wanted) return bytes.subarray(at + 12, at + 12 + length)
    at += 12 + length
  }
  throw badCeremony('the proving key is cut short')
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
