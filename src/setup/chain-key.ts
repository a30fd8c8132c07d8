import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../config/failure.ts'
import type { Genesis } from '../ledger/genesis.ts'
import {
  checkProductionKey,
  type KeyFault,
  parseVerificationKey,
  type VerificationKey,
  vkHash,
} from '../verify/verification-key.ts'
import { findProduction, readVerificationKey } from './artifacts.ts'
import { batchCircuit, CIRCUITS_DIR, type Circuit } from './circuits.ts'
import type { Contribution } from './transcript.ts'

/**
 * Which key a chain pins, and whether this machine has it. A genesis pins the hash of one verification key: either the development key of the
 * circuit, which is shipped, or one from a ceremony, which an operator installs into the cache. Only files are read here: nothing of snarkjs.
 */

/**
 * The circuit that proves the batches of a chain.
 * @throws Failure NO_CIRCUIT if none is shipped for its batch size and state depth
 */
function circuitOf({ batchSize, stateDepth }: Genesis): Circuit {
  const circuit = batchCircuit(batchSize, stateDepth)
  if (circuit !== undefined) return circuit
  throw new Failure(
    'NO_CIRCUIT',
    `no circuit for batches of ${batchSize} and a depth of ${stateDepth} is shipped`,
  )
}

/**
 * The verification key of a chain, as snarkjs reads it.
 * @throws Failure NO_CIRCUIT, NO_KEY, DEVELOPMENT_KEY, NO_PHASE_TWO, WRONG_VERIFICATION_KEY
 */
export function verificationKeyOf(genesis: Genesis): unknown {
  return pinnedKey(circuitOf(genesis), genesis.provingKey)
}

/**
 * The verification key that a chain pins for a circuit, as snarkjs reads it. Whether a development key is the pinned one is checked with every
 * proof.
 * @throws Failure NO_KEY, DEVELOPMENT_KEY, NO_PHASE_TWO, WRONG_VERIFICATION_KEY
 */
export function pinnedKey(circuit: Circuit, pin: Genesis['provingKey']): unknown {
  return pin.kind === 'development' ? shippedVerificationKey(circuit) : productionKey(circuit, pin.vkHash)
}

/** How this machine can prove with the key of that hash: it builds the development key, or has one from a ceremony; undefined if it cannot. */
export function keySource(circuit: Circuit, hash: string, cache?: string): 'built' | 'installed' | undefined {
  if (hash === circuit.developmentVkHash) return 'built'
  return findProduction(circuit, hash, cache) && 'installed'
}

/**
 * The key for a circuit that no genesis pins: the development key that comes with the project, or one from a ceremony that was installed here.
 * @param hash of the latter, 64 hex digits
 * @throws Failure as pinnedKey
 */
export function chosenKey(circuit: Circuit, hash?: string): { verificationKey: unknown; vkHash: string } {
  const kind = hash === undefined ? 'development' : 'production'
  const vkHash = hash ?? circuit.developmentVkHash
  return { verificationKey: pinnedKey(circuit, { kind, vkHash }), vkHash }
}

/** A key from a ceremony that was installed here. Keys that anyone can forge with are rejected, whatever genesis calls them. */
function productionKey(circuit: Circuit, hash: string): unknown {
  if (hash === circuit.developmentVkHash) throw keyFailure('DEVELOPMENT_KEY')
  const installed = findProduction(circuit, hash)
  if (installed === undefined) {
    throw new Failure('NO_KEY', `the key ${hash} that the chain pins is not installed here`, {
      hint: 'install it: ictl circuits ceremony install',
    })
  }
  const json = readVerificationKey(installed)
  const key = parseVerificationKey(json)
  if (key === undefined || vkHash(key) !== hash)
    throw new Failure(
      'WRONG_VERIFICATION_KEY',
      `${installed.verificationKey} is not the key that the chain pins`,
    )
  requireProductionKey(key)
  return json
}

/** The development key that comes with the project, as snarkjs reads it. */
function shippedVerificationKey({ name }: Circuit): unknown {
  return JSON.parse(readFileSync(join(CIRCUITS_DIR, 'generated', `${name}.vkey.json`), 'utf8'))
}

/** Rejects keys whose proofs convince nobody. @throws Failure DEVELOPMENT_KEY, NO_PHASE_TWO */
export function requireProductionKey(key: VerificationKey): void {
  const fault = checkProductionKey(key)
  if (fault !== null) throw keyFailure(fault)
}

/** Rejects the transcript of a ceremony without a contribution, or without a beacon at its end. @throws Failure NO_PHASE_TWO, NO_BEACON */
export function requireWholeTranscript(contributions: readonly Contribution[]): void {
  if (!contributions.some(({ kind }) => kind === 'contribution')) throw keyFailure('NO_PHASE_TWO')
  if (contributions.at(-1)?.kind !== 'beacon')
    throw new Failure('NO_BEACON', 'the ceremony was not ended with a beacon', {
      hint: 'end it: ictl circuits ceremony beacon',
    })
}

/** The failure that tells an operator about such a key. */
function keyFailure(fault: Exclude<KeyFault, null>): Failure {
  return fault === 'DEVELOPMENT_KEY'
    ? new Failure(fault, 'this is a development key: its secrets are public, anyone can forge with it', {
        hint: 'take the key of a ceremony: ictl circuits ceremony --help',
      })
    : new Failure(fault, 'nobody has contributed to phase 2 of this key: anyone can forge with it', {
        hint: 'contribute to it: ictl circuits ceremony contribute',
      })
}
