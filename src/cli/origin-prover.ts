import type { CertifiedContent } from '../certificate/report.ts'
import { Failure } from '../config/failure.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { randomScalar } from '../groth16/proof.ts'
import { originInput, type Statement } from '../origin/input.ts'
import type { Way } from '../origin/way.ts'
import { jsonInput } from '../proofs/batch-input.ts'
import type { ProofJson } from '../prover/proof.ts'
import { prove } from '../prover/prove.ts'
import { type Artifacts, findProduction } from '../setup/artifacts.ts'
import { ensureArtifacts } from '../setup/build.ts'
import { chosenKey } from '../setup/chain-key.ts'
import type { OriginCircuit } from '../setup/circuits.ts'
import { interruptible } from './interruptible.ts'
import { progress } from './output.ts'

/** A field element that nobody else knows. */
export const randomSalt: () => bigint = randomScalar

/** A proof of a way, with the key that it is of, as snarkjs reads it. */
export interface ProvenWay {
  proof: ProofJson
  verificationKey: unknown
}

/**
 * Proves how units came into their holding, and shows the progress. The proof is checked before it is returned.
 * @param provingKey vkHash of an installed key from a ceremony; undefined for the development key
 * @throws Failure as `prove`, `ensureArtifacts` and `chosenKey` do
 */
export async function proveWay(
  poseidon: Poseidon,
  content: CertifiedContent,
  way: Way,
  {
    statement,
    circuit,
    provingKey,
  }: { statement: Statement; circuit: OriginCircuit; provingKey: string | undefined },
): Promise<ProvenWay> {
  const { name } = circuit
  const { verificationKey, vkHash } = chosenKey(circuit, provingKey)
  const input = jsonInput(originInput(poseidon, content, way, statement, circuit.parameters))
  const bar = progress()
  const proof = await interruptible(async (signal) => {
    const artifacts = await artifactsFor(circuit, provingKey, signal, (stage, fraction) =>
      bar.update(fraction, 1, `${name}: ${stage}`),
    )
    return prove(vkHash, artifacts, input, {
      signal,
      onProgress: ({ stage, fraction }) => bar.update(fraction, 1, `${name}: ${stage}`),
    })
  })
  bar.finish(`${name}: proven in ${(proof.proofMs / 1_000).toFixed(1)} s`)
  return { proof, verificationKey }
}

async function artifactsFor(
  circuit: OriginCircuit,
  provingKey: string | undefined,
  signal: AbortSignal,
  tell: (stage: string, fraction: number) => void,
): Promise<Artifacts> {
  if (provingKey === undefined)
    return ensureArtifacts(circuit, { signal, onProgress: ({ stage, fraction }) => tell(stage, fraction) })
  const installed = findProduction(circuit, provingKey)
  if (installed !== undefined) return installed
  throw new Failure('NO_KEY', `the key ${provingKey} is not installed here`, {
    hint: 'install it: ictl circuits ceremony install',
  })
}
