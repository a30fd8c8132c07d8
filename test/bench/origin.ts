import { statSync } from 'node:fs'
import { originInput } from '../../src/origin/input.ts'
import { originStatement } from '../../src/origin/statement.ts'
import { wayOf } from '../../src/origin/way.ts'
import { jsonInput } from '../../src/proofs/batch-input.ts'
import { BatchProver } from '../../src/prover/prove.ts'
import { ensureArtifacts } from '../../src/setup/build.ts'
import { type OriginCircuit, originCircuits } from '../../src/setup/circuits.ts'
import { poseidon } from '../support/crypto/poseidon.ts'
import { contentOf, DEPTH, lotWithHolders } from '../support/proving/origin-world.ts'
import { count, type Figure, printFigures } from './support/report.ts'

/** Constraints per hop at most, and seconds that 32 hops may take. */
const GOALS = { constraints: 6_200, seconds: 30 }

/** Proves an origin of as many hops as each circuit has, in a process that has proven one before. */
export async function benchOrigin(): Promise<void> {
  const circuits = originCircuits(DEPTH)
  const [small, large] = [circuits[0]!, circuits.at(-1)!]
  const perHop = (large.constraints - small.constraints) / (large.parameters.hops - small.parameters.hops)
  const figures: Figure[] = [
    { name: 'constraints per hop', value: count(perHop), goal: `${count(GOALS.constraints)} or fewer` },
  ]
  for (const circuit of circuits) figures.push(...(await figuresOf(circuit)))
  printFigures('Origin proofs', figures)
}

async function figuresOf(circuit: OriginCircuit): Promise<Figure[]> {
  const { hops } = circuit.parameters
  const { chain, asset, issuer } = lotWithHolders(hops)
  const content = await contentOf(chain, { account: issuer.account, asset, direction: 'BACKWARD' })
  const way = wayOf(content, { asset, account: issuer.account, offset: 60n }, hops)
  const claim = { purpose: 'bench', salt: 7n, key: issuer.secret }
  const statement = await originStatement(poseidon, content, way, claim)
  const input = jsonInput(originInput(poseidon, content, way, statement, circuit.parameters))
  const artifacts = await ensureArtifacts(circuit)
  const prover = new BatchProver(circuit.developmentVkHash, artifacts)
  try {
    await prover.prove(input)
    const { witnessMs, proofMs, peakBytes } = await prover.prove(input)
    const s = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
    return [
      { name: `${hops} hops: constraints`, value: count(circuit.constraints) },
      { name: `${hops} hops: proving key`, value: `${count(statSync(artifacts.zkey).size / 1e6)} MB` },
      { name: `${hops} hops: memory of the process at most`, value: `${count(peakBytes / 1e6)} MB` },
      {
        name: `${hops} hops: witness and proof`,
        value: `${s(witnessMs)} and ${s(proofMs)}`,
        ...(hops === 32 ? { goal: `${GOALS.seconds} s` } : {}),
      },
    ]
  } finally {
    prover.close()
  }
}
