import type { CertifiedContent } from '../certificate/report.ts'
import { Failure } from '../config/failure.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { randomScalar } from '../groth16/proof.ts'
import type { CircuitInput } from '../groth16/witness.ts'
import { encodeOriginProof } from '../verify/origin-proof.ts'
import { type OriginDimensions, originInput } from './input.ts'
import { type Claim, originProof, originStatement } from './statement.ts'
import { type WantedUnits, wayOf } from './way.ts'

/** Proves with the key of one origin circuit. */
export interface OriginProver {
  /** A proof in snarkjs's format, which was checked. @param input of the circuit, by signal */
  prove(input: CircuitInput, onProgress?: (fraction: number) => void): Promise<unknown>
  /** Ends its threads. */
  close(): Promise<void>
}

/** An origin circuit that can be proven with. */
export interface UsableCircuit {
  parameters: OriginDimensions
  open(onProgress: (fraction: number) => void): Promise<OriginProver>
}

/** What a proof shall say beside its units; the salt is drawn unless it is given. */
export type OriginClaim = Omit<Claim, 'salt'> & Partial<Pick<Claim, 'salt'>>

/** How far a proof is: from 0 to 1, within the stage. */
export type OriginProgress = (stage: 'key' | 'proof', fraction: number) => void

/**
 * Proves the origin of units with the smallest circuit that is large enough, in Node and in browsers.
 * @param content of a certificate that is intact and final: certifiedContent
 * @param circuits over the chain's state tree, the smallest first
 * @returns the text of the file
 * @throws Failure as wayOf and originStatement do, `NO_CIRCUIT` if there are no circuits; what opening a circuit and proving throw
 */
export async function proveOrigin(
  poseidon: Poseidon,
  content: CertifiedContent,
  { units, claim }: { units: WantedUnits; claim: OriginClaim },
  circuits: readonly UsableCircuit[],
  onProgress: OriginProgress = () => {},
): Promise<string> {
  const largest = circuits.at(-1)
  if (largest === undefined) throw new Failure('NO_CIRCUIT', 'there is no circuit for origins on this chain')
  const way = wayOf(content, units, largest.parameters.hops)
  const statement = await originStatement(poseidon, content, way, { salt: randomScalar(), ...claim })
  const { parameters, open } = circuits.find((one) => one.parameters.hops >= way.hops.length)!
  const input = originInput(poseidon, content, way, statement, parameters)
  const prover = await open((fraction) => onProgress('key', fraction))
  try {
    const proof = await prover.prove(input, (fraction) => onProgress('proof', fraction))
    return encodeOriginProof(originProof(content, statement, proof, parameters.hops))
  } finally {
    await prover.close()
  }
}
